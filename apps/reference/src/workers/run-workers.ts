import cluster, { type Worker } from "node:cluster";
import type { Logger } from "@bookend/core";
import { metricsText, type WorkerMetrics } from "./gather-metrics.js";
import { openPeer, type Peer } from "./peer.js";
import { Restarts } from "./restarts.js";
import { CountedWorkers } from "./shared-rate-counts.js";
import { type WorkerStart, workerVariable } from "./worker.js";

/** Milliseconds that a worker has for its metrics: a little more than reading them may take. */
const metricsMs = 6_000;

/** Hears what becomes of the workers. */
export interface WorkersObserver {
  /** Each worker has served; `url` is where they listen. */
  ready(url: string): void;
  /** A worker ended too often in a row. */
  gaveUp(): void;
}

/** A server of several processes. */
export interface RunningWorkers {
  /** Ends the workers; their running calls finish. Resolves to whether all that served ended in order. */
  close(): Promise<boolean>;
}

/** Starts workers that share one port, and starts those again that end. */
export function runWorkers(start: WorkerStart, logger: Logger, observer: WorkersObserver): RunningWorkers {
  const { workers: count, rateLimit } = start.config;
  // workers accept connections themselves: one that the primary hands to a worker that is killed would stay open, without an answer, for ever
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // keys are bytes, which JSON does not have
  cluster.setupPrimary({ serialization: "advanced" });
  const counts = new CountedWorkers(rateLimit);
  const running = new Map<number, { readonly child: Worker; readonly peer: Peer }>();
  const serving = new Set<number>();
  const timers = new Set<NodeJS.Timeout>();
  let ended: () => void = () => undefined;
  let announced = false;
  let closing = false;
  let sound = true;

  const allMetrics = async (): Promise<string> => {
    const found = new Map<number, WorkerMetrics>();
    await Promise.all(
      [...running].map(async ([number, { peer }]) => {
        try {
          found.set(number, (await peer.ask("metrics", undefined, metricsMs)) as WorkerMetrics);
        } catch {
          // its series are missing this once
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
    // a process that could not be started fails with an error; one that has ended can do so as well
    child.once("error", (error) => logger.error({ worker: number, err: error }, "a worker could not be started"));
    let over = false;
    const end = (code: number | null, signal: string | null): void => {
      if (over) return;
      over = true;
      peer.close();
      counted.ended();
      running.delete(number);
      if (closing) {
        // a signal ends one that only starts
        if (code !== 0 && servesSince !== undefined) sound = false;
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
      if (running.size === 0) return sound;
      const all = new Promise<void>((resolve) => {
        ended = resolve;
      });
      for (const { child } of running.values()) child.process.kill("SIGTERM");
      await all;
      return sound;
    },
  };
}
