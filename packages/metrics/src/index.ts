export { type BookendMetrics, bookendMetrics, type MetricsOptions } from "./bookend-metrics.js";
export type { ObservedCheckpoint, ReadCheckpoint } from "./observed-audit.js";
export type { ObservedDestination, ObservedOutbox } from "./observed-outbox.js";
