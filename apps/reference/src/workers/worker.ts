import cluster from "node:cluster";
import type { ServerKeys } from "@bookend/mfa";
import type { Config } from "@bookend/reference-config";
import type { Registry } from "prom-client";
import { closeOnSignal } from "../server/close-on-signal.js";
import { startServer } from "../server/reference-server.js";
import { createLogger } from "../services/logger.js";
import { metricsContentType } from "./gather-metrics.js";
import { openPeer } from "./peer.js";
import { sharedRateCounts } from "./shared-rate-counts.js";

/** Environment variable with the number of a worker; the primary sets it. */
export const workerVariable = "BOOKEND_WORKER";

/** The data that the primary sends to a starting worker, so that all workers have the same configuration and keys. */
export interface WorkerStart {
  readonly config: Config;
  readonly secrets: ServerKeys;
}

/** Returns the number of this worker; undefined in any other process. */
export function workerNumber(): number | undefined {
  const number = process.env[workerVariable];
  return cluster.isWorker && number !== undefined ? Number(number) : undefined;
}

/** Serves as one of the workers of a server until a signal arrives. */
export async function serveAsWorker(number: number): Promise<void> {
  let own: Registry | undefined;
  const primary = openPeer(
    {
      send: (message, sent) => void process.send?.(message, undefined, undefined, sent),
      onMessage: (receive) => void process.on("message", receive),
    },
    { metrics: () => own?.getMetricsAsJSON() ?? [] },
  );
  const { config, secrets } = (await primary.ask("start")) as WorkerStart;
  const logger = createLogger({ ...config.log, worker: number });
  const server = await startServer({
    config,
    secrets,
    logger,
    worker: {
      rateCounts: sharedRateCounts(primary),
      shareMetrics(registry) {
        own = registry;
        return {
          contentType: metricsContentType,
          metrics: async () => String(await primary.ask("allMetrics")),
        };
      },
    },
  });
  logger.info({ pid: process.pid }, "worker ready");
  await primary.ask("ready", server.url);
  try {
    await closeOnSignal(server, logger);
  } finally {
    // the open channel to the primary would keep the process alive
    cluster.worker?.disconnect();
  }
}
