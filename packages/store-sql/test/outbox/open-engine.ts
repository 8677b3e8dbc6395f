import type { DeliveryEngine } from "@bookend/core";

/** An engine, and a function that closes it. */
export type OpenedEngine = DeliveryEngine & { close(): Promise<void> };

/**
 * Opens the engine of `@bookend/engine-pgboss`, by its path: it depends on this package, so it cannot be a dependency.
 */
export async function openEngine(url: string): Promise<OpenedEngine> {
  const source = new URL("../../../engine-pgboss/src/index.ts", import.meta.url).href;
  const { openPgBossEngine } = (await import(source)) as {
    openPgBossEngine(options: { readonly url: string; readonly pollMs?: number }): Promise<OpenedEngine>;
  };
  return openPgBossEngine({ url, pollMs: 50 });
}
