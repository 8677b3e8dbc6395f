import { problemMessage } from "@bookend/core";
import type { Registry } from "prom-client";
import { auditMetrics, bindingMetrics, callMetrics } from "./call-metrics.js";
import { Channels } from "./channels.js";
import { deliveryMetrics, outboxMetrics } from "./delivery-metrics.js";
import { type MetricsContext, readWithin } from "./metrics-context.js";
import type { ReadCheckpoint } from "./observed-audit.js";
import type { ObservedOutbox } from "./observed-outbox.js";

/** Maximum milliseconds for reading a value for a scrape. */
const readTimeoutMs = 5_000;

/** Options of {@link bookendMetrics}. */
export interface MetricsOptions {
  /** The registry for the metrics, e.g. `register` of prom-client. */
  readonly registry: Registry;
  /** The durable outbox, for metrics of waiting deliveries. Default: none. */
  readonly outbox?: ObservedOutbox | undefined;
  /**
   * Returns the last checkpoint of the audit log, e.g. `() => store.audit.lastCheckpoint()`. Default: no metrics of
   * checkpoints.
   */
  readonly lastCheckpoint?: ReadCheckpoint | undefined;
  /** Maximum number of destinations with separate series, from 1 to 1,000. All others share `other`. Default 100. */
  readonly maxDestinations?: number | undefined;
  /** Returns the current time. Default: the system's clock. */
  readonly clock?: (() => Date) | undefined;
}

/** The result of {@link bookendMetrics}. */
export interface BookendMetrics {
  /** Stops counting and removes the metrics from the registry. */
  close(): void;
}

/**
 * Collects metrics of every Bookend in this process. Call it before `createBookend`, since earlier events are not
 * counted.
 *
 * @throws {RangeError} if `maxDestinations` is out of range
 * @throws {Error} if the registry has a metric of the same name
 */
export function bookendMetrics(options: MetricsOptions): BookendMetrics {
  const { registry, outbox, lastCheckpoint, maxDestinations = 100, clock = () => new Date() } = options;
  if (!Number.isInteger(maxDestinations) || maxDestinations < 1 || maxDestinations > 1_000) {
    throw new RangeError(
      problemMessage(`${maxDestinations} is not valid`, "an integer from 1 to 1000", "maxDestinations"),
    );
  }
  const before = namesIn(registry);
  const context: MetricsContext = { registers: [registry], clock, maxDestinations, read: readWithin(readTimeoutMs) };
  const channels = new Channels();
  const own = () => [...namesIn(registry)].filter((name) => !before.has(name));
  const end = (names: readonly string[]) => {
    channels.close();
    for (const name of names) registry.removeSingleMetric(name);
  };
  try {
    callMetrics(channels, context);
    bindingMetrics(channels, context);
    auditMetrics(channels, context, lastCheckpoint);
    deliveryMetrics(channels, context);
    if (outbox !== undefined) outboxMetrics(outbox, context);
  } catch (error) {
    end(own());
    throw error;
  }
  const names = own();
  return { close: () => end(names) };
}

function namesIn(registry: Registry): ReadonlySet<string> {
  return new Set(registry.getMetricsAsArray().map(({ name }) => name));
}
