import type { Logger } from "@bookend/core";

/** Milliseconds that running calls have before the process ends anyway. */
const patienceMs = 60_000;

/** Resolves after SIGTERM, SIGINT or SIGHUP came and everything was closed. */
export async function closeOnSignal(closable: { close(): Promise<void> }, logger: Logger): Promise<void> {
  await new Promise<void>((resolve) => {
    // a terminal sends SIGINT to the whole group, so it may come twice: the first one counts
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
  setTimeout(() => process.exit(1), patienceMs).unref();
  const closed = closable.close();
  logger.info({}, "closing: running calls finish");
  await closed;
}
