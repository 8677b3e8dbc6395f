import cluster, { type Worker } from "node:cluster";
import type { Logger } from "@bookend/core";
import { metricsText, type WorkerMetrics } from "./gather-metrics.js";
import { openPeer, type Peer } from "./peer.js";
import { Restarts } from "./restarts.js";
import { CountedWorkers } from "./shared-rate-counts.js";
import { type WorkerStart, workerVariable } from "./worker.js";

/**
 * Milliseconds within which a worker must return its metrics; the worker limits reading metrics from the database to 5
 * seconds.
 */
const metricsMs = 6_000;

/** Receives events of the workers. */
export interface WorkersObserver {
  /** Called when every worker is serving. `url` is the URL at which they listen. */
  ready(url: string): void;
  /** Called when a worker has failed so often in a row that it is not restarted. May be called once for each worker. */
  gaveUp(): void;
}

/** A server with several processes. */
export interface RunningWorkers {
  /** Ends the workers after their running calls. Resolves to whether every worker that was serving exited with 0. */
  close(): Promise<boolean>;
}

/** Starts workers that share one port, and restarts workers that end. */
export function runWorkers(start: WorkerStart, logger: Logger, observer: WorkersObserver): RunningWorkers {
  const { workers: count, rateLimit } = start.config;
  // workers accept connections themselves: if the primary passed a connection to a worker that has just been killed,
  // the client would wait forever
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // the workers receive keys as bytes, which JSON cannot represent
  cluster.setupPrimary({ serialization: "advanced" });
  const counts = new CountedWorkers(rateLimit);
  const running = new Map<number, { readonly child: Worker; readonly peer: Peer }>();
  const serving = new Set<number>();
  const timers = new Set<NodeJS.Timeout>();
  let ended: () => void = () => undefined;
  let announced = false;
  let closing = false;
  let endedNormally = true;

  const allMetrics = async (): Promise<string> => {
    const found = new Map<number, WorkerMetrics>();
    await Promise.all(
      [...running].map(async ([number, { peer }]) => {
        try {
          found.set(number, (await peer.ask("metrics", undefined, metricsMs)) as WorkerMetrics);
        } catch {
          // the response then lacks the metrics of this worker
        }
      }),
    );
    return metricsText(found);
  };

  const launch = (number: number, restarts: Restarts): void => {
    const child = cluster.fork({ [workerVariable]: String(number) });
    const counted = counts.worker();
    let servesSince: number | undefined;
    const peer = openPeer(
      {
        send: (message, sent) => void child.process.send(message, sent),
        onMessage: (receive) => void child.on("message", receive),
      },
      {
        ...counted.answers,
        start: () => start,
        ready(url: string) {
          servesSince = performance.now();
          serving.add(number);
          if (serving.size < count || announced) return;
          announced = true;
          observer.ready(url);
        },
        allMetrics,
      },
    );
    running.set(number, { child, peer });
    logger.info({ worker: number, pid: child.process.pid }, "a worker starts");
    child.once("error", (error) => logger.error({ worker: number, err: error }, "a worker could not be started"));
    // "error" may be emitted instead of "exit", or in addition to it
    let hasEnded = false;
    const end = (code: number | null, signal: string | null): void => {
      if (hasEnded) return;
      hasEnded = true;
      peer.close();
      counted.ended();
      running.delete(number);
      if (closing) {
        // a worker that is still starting does not handle the signal yet, and ends with another code
        if (code !== 0 && servesSince !== undefined) endedNormally = false;
        if (running.size === 0) ended();
        return;
      }
      const delay = restarts.next(servesSince === undefined ? 0 : performance.now() - servesSince);
      logger.error({ worker: number, pid: child.process.pid, code, signal, restartMs: delay }, "a worker ended");
      if (delay === undefined) {
        observer.gaveUp();
        return;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        launch(number, restarts);
      }, delay);
      timers.add(timer);
    };
    child.once("exit", end);
    child.once("error", () => end(null, null));
  };

  for (let number = 1; number <= count; number++) launch(number, new Restarts());
  return {
    async close() {
      closing = true;
      for (const timer of timers) clearTimeout(timer);
      if (running.size === 0) return endedNormally;
      const all = new Promise<void>((resolve) => {
        ended = resolve;
      });
      for (const { child } of running.values()) child.process.kill("SIGTERM");
      await all;
      return endedNormally;
    },
  };
}
