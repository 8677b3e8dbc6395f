import { Counter, Gauge, Histogram } from "prom-client";
import { cappedLabel, otherLabel } from "./capped-label.js";
import type { Channels } from "./channels.js";
import { type MetricsContext, shared } from "./metrics-context.js";
import type { ObservedDestination, ObservedOutbox } from "./observed-outbox.js";

/** An attempt, as published on the tracing channel `bookend.delivery`. */
interface Try {
  readonly delivery: { readonly kind: string };
  /** Absent for a delivery that is sent during its call. */
  readonly queuedMs?: number;
  readonly outcome?: string;
  readonly statusClass?: string;
}

/** An event of an outbox, from the channel `bookend.outbox`. */
interface OutboxMessage {
  readonly type: string;
  readonly count?: number;
}

/** Registers the metrics of attempts to send deliveries, both from a durable outbox and during a call. */
export function deliveryMetrics(channels: Channels, { registers }: MetricsContext): void {
  const queued = new Histogram({
    name: "bookend_delivery_queue_seconds",
    help: "How long deliveries of the outbox had been due when an attempt began.",
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 3_600],
    registers,
  });
  const attempts = new Counter({
    name: "bookend_delivery_attempts_total",
    help: "Attempts to send deliveries, by outcome (sent, failed, uncertain) and class of the HTTP status, if there was one.",
    labelNames: ["kind", "outcome", "status_class"],
    registers,
  });
  const durations = new Histogram({
    name: "bookend_delivery_duration_seconds",
    help: "How long attempts to send deliveries took.",
    labelNames: ["kind"],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const lost = new Counter({
    name: "bookend_delivery_lease_lost_total",
    help: "Deliveries whose lease ended while they were being sent: they may be sent twice.",
    registers,
  });
  const started = new WeakMap<object, number>();
  channels.on<Try>("tracing:bookend.delivery:start", (attempt) => {
    started.set(attempt, performance.now());
    if (attempt.queuedMs !== undefined) queued.observe(attempt.queuedMs / 1_000);
  });
  channels.on<Try>("tracing:bookend.delivery:asyncEnd", (attempt) => {
    const { kind } = attempt.delivery;
    attempts.inc({ kind, outcome: attempt.outcome ?? "uncertain", status_class: attempt.statusClass ?? "" });
    const since = started.get(attempt);
    if (since !== undefined) durations.observe({ kind }, (performance.now() - since) / 1_000);
  });
  channels.on<OutboxMessage>("bookend.outbox", ({ type, count = 1 }) => {
    if (type === "lease-lost") lost.inc(count);
  });
}

/** Registers the metrics of the deliveries in a durable outbox, which are read on each scrape. */
export function outboxMetrics(
  outbox: ObservedOutbox,
  { registers, clock, maxDestinations, read }: MetricsContext,
): void {
  const label = cappedLabel(maxDestinations);
  const destinations = shared(() => read(() => everyDestination(outbox)));
  new Gauge({
    name: "bookend_deliveries",
    help: "Deliveries that the outbox keeps, by state.",
    labelNames: ["state"],
    registers,
    aggregator: "first",
    async collect() {
      const counts = await read(async () => outbox.counts());
      this.reset();
      for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: "bookend_delivery_oldest_waiting_seconds",
    help: "How long the delivery that waits longest has been due, by destination; 0 if none is.",
    labelNames: ["destination"],
    registers,
    aggregator: "first",
    async collect() {
      const now = clock().getTime();
      setAll(this, label, await destinations(), Math.max, ({ oldestWaiting }) =>
        oldestWaiting === undefined ? 0 : Math.max(0, (now - oldestWaiting.getTime()) / 1_000),
      );
    },
  });
  new Gauge({
    name: "bookend_destination_paused",
    help: "1 for a destination to which nothing is sent, because it is paused after failures or disabled. For `other`, the number of such destinations.",
    labelNames: ["destination"],
    registers,
    aggregator: "first",
    async collect() {
      setAll(
        this,
        label,
        await destinations(),
        (all, one) => all + one,
        ({ state }) => (state === "open" ? 0 : 1),
      );
    },
  });
}

/** Number of destinations per page. */
const pageSize = 1_000;

async function everyDestination(outbox: ObservedOutbox): Promise<readonly ObservedDestination[]> {
  const all: ObservedDestination[] = [];
  let cursor: string | undefined;
  do {
    const { destinations, next } = await outbox.destinations({}, { cursor, size: pageSize });
    all.push(...destinations);
    cursor = next;
  } while (cursor !== undefined);
  return all;
}

/** Sets a gauge for each destination; `together` combines the values of those that share the label `other`. */
function setAll(
  gauge: Gauge<"destination">,
  label: (name: string) => string,
  destinations: readonly ObservedDestination[] | undefined,
  together: (all: number, one: number) => number,
  of: (destination: ObservedDestination) => number,
): void {
  gauge.reset();
  let other = 0;
  for (const destination of destinations ?? []) {
    const name = label(destination.name);
    if (name === otherLabel) {
      other = together(other, of(destination));
      gauge.set({ destination: otherLabel }, other);
    } else gauge.set({ destination: name }, of(destination));
  }
}
