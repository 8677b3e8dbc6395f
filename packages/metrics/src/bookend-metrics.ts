import { problemMessage } from "@bookend/core";
import type { Registry } from "prom-client";
import { auditMetrics, bindingMetrics, callMetrics } from "./call-metrics.js";
import { Channels } from "./channels.js";
import { deliveryMetrics, outboxMetrics } from "./delivery-metrics.js";
import { type MetricsContext, readWithin } from "./metrics-context.js";
import type { ReadCheckpoint } from "./observed-audit.js";
import type { ObservedOutbox } from "./observed-outbox.js";

/** How long a value may take to be read for a scrape, in milliseconds. */
const readTimeoutMs = 5_000;

/** Options of metrics. */
export interface MetricsOptions {
  /** Where the metrics are registered, e.g. `register` of prom-client. */
  readonly registry: Registry;
  /** The durable outbox, for what waits in it. Default: no metrics of it. */
  readonly outbox?: ObservedOutbox | undefined;
  /** The last checkpoint of the audit log, e.g. `() => store.audit.lastCheckpoint()`. Default: no metrics of it. */
  readonly lastCheckpoint?: ReadCheckpoint | undefined;
  /** Destinations with series of their own, from 1 to 1,000; all others share `other`. Default 100. */
  readonly maxDestinations?: number | undefined;
  /** Default: the system's. */
  readonly clock?: (() => Date) | undefined;
}

/** Metrics that are being kept. */
export interface BookendMetrics {
  /** Stops counting and removes the metrics from the registry. */
  close(): void;
}

/**
 * Keeps metrics of every Bookend of this process. Create it before `createBookend`: what happened earlier is not counted.
 *
 * @throws {RangeError} for `maxDestinations` that is not allowed
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
