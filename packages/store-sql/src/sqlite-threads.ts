import { availableParallelism } from "node:os";
import Libsql from "libsql";

/**
 * Least number of threads. Each database uses up to three at a time: two read, and one commits. Threads that wait take no
 * processor time.
 */
const leastThreads = 8;

/** The variable from which libsql's runtime takes the number of its threads when it starts. */
const variable = "TOKIO_WORKER_THREADS";

let isStarted = false;

/**
 * Starts the threads of libsql, which all SQLite databases of a process share. By default, there are as many as
 * processors: on a machine with two, two long reads would occupy both, and every commit would wait for seconds. Changes
 * nothing if libsql was used before, or if the environment already has a number of threads.
 */
export function startSqliteThreads(): void {
  if (isStarted) return;
  isStarted = true;
  if (process.env[variable] !== undefined) return;
  process.env[variable] = String(Math.max(leastThreads, availableParallelism()));
  try {
    new Libsql(":memory:").close();
  } finally {
    // programs that this process starts do not inherit it
    delete process.env[variable];
  }
}
