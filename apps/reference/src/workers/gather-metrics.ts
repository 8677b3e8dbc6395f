import { AggregatorRegistry, Registry } from "prom-client";

/** The metrics of one worker, in the form that is passed between processes. */
export type WorkerMetrics = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** The `aggregator` that marks metrics from the database. Their values are the same in every worker. */
const sameInEveryWorker = "first";

/**
 * Returns the metrics of all workers as text. Each metric has a label with the number of its worker, so that a
 * restarted worker only resets its own metrics. Metrics from the database occur only once.
 */
export async function metricsText(workers: ReadonlyMap<number, WorkerMetrics>): Promise<string> {
  const labelled = [...workers].map(([worker, metrics]) =>
    metrics.map((metric) =>
      metric.aggregator === sameInEveryWorker
        ? metric
        : {
            ...metric,
            aggregator: "sum" as const,
            values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker: String(worker) } })),
          },
    ),
  );
  return AggregatorRegistry.aggregate(labelled).metrics();
}

/** Content type of {@link metricsText}. */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;
