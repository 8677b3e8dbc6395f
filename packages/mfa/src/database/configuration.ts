import { type Database, sql, transact } from "@bookend/store-sql";
import type { Transaction } from "kysely";
import type { DomainSchema } from "./schema.js";

const channel = "bookend_configuration";

/** Milliseconds after which a read checks whether another node has changed something; on PostgreSQL, a notification also arrives while the connection is up. */
const checkMs = 500;

/** Data that nearly every call reads and that rarely changes, in memory: settings, realms, resolvers, mail servers and SMS gateways. */
export interface Configuration {
  /** A function that resolves to what `load` resolved to, until the configuration changes. What it resolves to must not be changed. */
  kept<T>(load: () => Promise<T>): () => Promise<T>;
  /** Makes a change in one transaction. The next read of this process sees it; those of other nodes within half a second. */
  change<T>(work: (trx: Transaction<DomainSchema>) => Promise<T>): Promise<T>;
  /** The next read queries the database. */
  forget(): void;
}

/** Keeps the configuration of a database. It listens from the first read on, until the database is closed. */
export function createConfiguration({
  db,
  dialect,
  listen,
}: Pick<Database<DomainSchema>, "db" | "dialect" | "listen">): Configuration {
  /** Data loaded in an earlier one is not used. */
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
          // what failed is tried again
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
