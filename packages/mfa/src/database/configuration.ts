import { type Database, sql, transact } from "@bookend/store-sql";
import type { Transaction } from "kysely";
import type { DomainSchema } from "./schema.js";

const channel = "bookend_configuration";

/**
 * Milliseconds after which a read checks whether another node has made a change. PostgreSQL also notifies the process
 * of changes, as long as the connection for notifications is open.
 */
const checkMs = 500;

/**
 * Keeps data in memory that nearly every call reads and that rarely changes: settings, realms, resolvers, mail servers
 * and SMS gateways.
 */
export interface Configuration {
  /**
   * Returns a function that caches the result of `load` until the configuration changes. Callers must not modify the
   * result.
   */
  kept<T>(load: () => Promise<T>): () => Promise<T>;
  /** Makes a change in one transaction. This process sees it with its next read, other nodes within half a second. */
  change<T>(work: (trx: Transaction<DomainSchema>) => Promise<T>): Promise<T>;
  /** Makes the next read query the database. */
  forget(): void;
}

/** Creates the configuration of a database. It listens for changes from the first read until the database is closed. */
export function createConfiguration({
  db,
  dialect,
  listen,
}: Pick<Database<DomainSchema>, "db" | "dialect" | "listen">): Configuration {
  /** Increases with each change; data of an earlier generation is not used. */
  let generation = 0;
  let revision: number | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | undefined;
  let listening = false;

  const forget = () => {
    generation += 1;
  };
  const ask = async () => {
    if (!listening) {
      listening = true;
      listen(channel, { message: forget, listening: forget });
    }
    const row = await db.selectFrom("configuration_revision").select("revision").executeTakeFirst();
    if (row?.revision !== revision) forget();
    revision = row?.revision;
    checkedAt = performance.now();
  };
  const check = (): Promise<void> | undefined => {
    if (performance.now() - checkedAt < checkMs) return undefined;
    checking ??= ask().finally(() => {
      checking = undefined;
    });
    return checking;
  };

  return {
    kept<T>(load: () => Promise<T>) {
      let slot: { readonly generation: number; readonly value: Promise<T> } | undefined;
      return async () => {
        await check();
        if (slot?.generation !== generation) {
          const loaded = { generation, value: load() };
          slot = loaded;
          // a failed load is not cached
          loaded.value.catch(() => {
            if (slot === loaded) slot = undefined;
          });
        }
        return slot.value;
      };
    },
    async change(work) {
      const result = await transact(db, async (trx) => {
        const changed = await work(trx);
        await trx
          .updateTable("configuration_revision")
          .set((eb) => ({ revision: eb("revision", "+", 1) }))
          .execute();
        if (dialect === "postgres") await sql`select pg_notify(${channel}, '')`.execute(trx);
        return changed;
      }).finally(forget);
      return result;
    },
    forget,
  };
}
