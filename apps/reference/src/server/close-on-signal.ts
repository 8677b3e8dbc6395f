import type { Logger } from "@bookend/core";

/** Maximum milliseconds for running calls before the process exits anyway. */
const patienceMs = 60_000;

/** Resolves after SIGTERM, SIGINT or SIGHUP has arrived and everything has been closed. */
export async function closeOnSignal(closable: { close(): Promise<void> }, logger: Logger): Promise<void> {
  await new Promise<void>((resolve) => {
    // a terminal sends SIGINT to the whole process group, so it may arrive twice; the first one counts
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
  setTimeout(() => process.exit(1), patienceMs).unref();
  const closed = closable.close();
  logger.info({}, "closing: running calls finish");
  await closed;
}
