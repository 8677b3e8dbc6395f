import type { DeliveryEngine } from "@bookend/core";

/** An engine, and what ends it. */
export type OpenedEngine = DeliveryEngine & { close(): Promise<void> };

/** Opens pg-boss's engine, from the package that needs this one: so it is not among the dependencies. */
export async function openEngine(url: string): Promise<OpenedEngine> {
  const source = new URL("../../../engine-pgboss/src/index.ts", import.meta.url).href;
  const { openPgBossEngine } = (await import(source)) as {
    openPgBossEngine(options: { readonly url: string; readonly pollMs?: number }): Promise<OpenedEngine>;
  };
  return openPgBossEngine({ url, pollMs: 50 });
}
