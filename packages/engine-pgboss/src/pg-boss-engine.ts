import { setTimeout as pause } from "node:timers/promises";
import { type DeliveryEngine, type DueDelivery, problemMessage } from "@bookend/core";
import { fromKysely, PgBoss } from "pg-boss";

/** The options of {@link openPgBossEngine}. */
export interface PgBossEngineOptions {
  /** URL of the database that contains the outbox: `postgres://…`. */
  readonly url: string;
  /** Schema of pg-boss's tables. @default "pgboss" */
  readonly schema?: string | undefined;
  /** Name of the queue. @default "bookend-deliveries" */
  readonly queue?: string | undefined;
  /** Milliseconds between searches for due jobs. @default 250 */
  readonly pollMs?: number | undefined;
  /** Receives errors, such as those of a database that is unavailable. @default none */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** An engine that schedules deliveries with pg-boss. */
export interface PgBossEngine extends DeliveryEngine {
  /** Closes its connections. Close the outbox first. */
  close(): Promise<void>;
}

/** The contents of a job. */
interface Job {
  /** Id of the delivery. */
  readonly id: string;
  readonly attempt: number;
}

/** Maximum number of jobs completed by one statement. */
const completedAtOnce = 200;

/** Maximum value of `pollMs`. */
const longestPollMs = 60_000;

/** Maximum milliseconds between polls after failures. */
const longestPauseMs = 5_000;

/**
 * Opens pg-boss, and creates its tables and its queue on the first start.
 *
 * @throws {TypeError} if an option is not valid
 */
export async function openPgBossEngine(options: PgBossEngineOptions): Promise<PgBossEngine> {
  const { url, schema = "pgboss", queue = "bookend-deliveries", pollMs = 250, onError = () => undefined } = options;
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: "" };
  if (!/^postgres(ql)?:$/.test(protocol)) {
    // the rest of the URL may contain a password
    throw new TypeError(problemMessage(`its scheme is "${protocol}"`, "postgres:, postgresql:", "url"));
  }
  if (!Number.isInteger(pollMs) || pollMs < 1 || pollMs > longestPollMs) {
    throw new TypeError(problemMessage(`${pollMs} is not valid`, `an integer from 1 to ${longestPollMs}`, "pollMs"));
  }
  const boss = new PgBoss({ connectionString: url, schema, schedule: false });
  boss.on("error", onError);
  try {
    await boss.start();
    // pg-boss itself never retries: the outbox schedules a delivery again after a failure, or after its lease expired
    await boss.createQueue(queue, { retryLimit: 0, deleteAfterSeconds: 3_600 });
  } catch (error) {
    // otherwise, the timers and connections that `start` opened would keep the process alive
    await boss.stop({ graceful: false }).catch(onError);
    throw error;
  }

  return {
    transactional: true,
    async schedule(due, transaction) {
      if (due.length === 0) return;
      const db = transaction === undefined ? undefined : fromKysely(transaction as Parameters<typeof fromKysely>[0]);
      await boss.insert(queue, due.map(jobOf), db && { db });
    },
    async run(attempt, { concurrency }) {
      const running = new Set<Promise<void>>();
      let done: string[] = [];
      let stopped = false;
      let signal: (() => void) | undefined;
      const wait = (ms: number) =>
        new Promise<void>((resolve) => {
          if (stopped) return resolve();
          const timer = setTimeout(resolve, ms);
          signal = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      const completeDone = async () => {
        while (done.length > 0) {
          const some = done.slice(0, completedAtOnce);
          await boss.complete(queue, some);
          done = done.slice(some.length);
        }
      };
      const loop = async () => {
        for (let failures = 0; !stopped; ) {
          try {
            await completeDone();
            const free = concurrency - running.size;
            if (free < Math.max(1, Math.ceil(concurrency / 4))) {
              await wait(pollMs);
              continue;
            }
            const jobs = await boss.fetch<Job>(queue, { batchSize: free });
            failures = 0;
            for (const { id, data } of jobs) {
              const ended = attempt(data).finally(() => {
                running.delete(ended);
                done.push(id);
                signal?.();
              });
              running.add(ended);
            }
            if (jobs.length === 0) await wait(pollMs);
          } catch (error) {
            failures += 1;
            onError(error instanceof Error ? error : new Error(String(error)));
            await pause(Math.min(longestPauseMs, pollMs * 2 ** Math.min(failures, 10)));
          }
        }
      };
      const looping = loop();
      return {
        async close() {
          stopped = true;
          signal?.();
          await looping;
          await Promise.all(running);
          await completeDone().catch(onError);
        },
      };
    },
    close: () => boss.stop({ graceful: false }),
  };
}

function jobOf({ id, attempt, due }: DueDelivery) {
  return { data: { id, attempt } satisfies Job, startAfter: due };
}
