import { AggregatorRegistry, Registry } from "prom-client";

/** Metrics of one worker, as they pass from process to process. */
export type WorkerMetrics = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** Metrics that are read from the database: each worker has the same ones. */
const common = "first";

/**
 * Metrics of all workers as text. Each has a label with the number of its worker, so that a worker that begins again at zero lowers nothing but its
 * own; what the database says is there once.
 */
export async function metricsText(workers: ReadonlyMap<number, WorkerMetrics>): Promise<string> {
  const labelled = [...workers].map(([worker, metrics]) =>
    metrics.map((metric) =>
      metric.aggregator === common
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
