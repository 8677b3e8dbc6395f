import type { Logger } from "@bookend/core";

/** Milliseconds that running calls have to finish after a signal. Then the process exits with code 1. */
const patienceMs = 60_000;

/** Waits for SIGTERM, SIGINT or SIGHUP, then closes `closable`. Resolves when it has closed. */
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
