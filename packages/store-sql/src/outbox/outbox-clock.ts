import { sql } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";

/**
 * The time that an outbox uses. Nodes that share a database must agree on it: leases, due times and pauses are written
 * by one node and read by others.
 */
export interface OutboxClock {
  /** Returns the milliseconds since 1970. */
  now(): number;
  /** Returns how far the clock is ahead of this process's clock, in milliseconds. */
  aheadMs(): number;
  /**
   * Reads the time of the database if the last reading is too old. Never rejects: until the database responds, the last
   * reading is used.
   */
  read(): Promise<void>;
}

/** A reading of the database's clock. */
interface Reading {
  readonly time: number;
  /** The `performance.now()` of the reading, which adjustments of the system's clock do not affect. */
  readonly at: number;
}

/**
 * Age at which a reading is repeated, in milliseconds: computer clocks drift by less than a millisecond in that time.
 */
const staleMs = 10_000;

/** Milliseconds; a reading that takes longer is too imprecise, and is used only if it is the first one. */
const slowestMs = 1_000;

/**
 * Minimum jump of the system's clock, in milliseconds, that counts as the clock having been set or the computer having
 * slept.
 */
const jumpMs = 500;

/**
 * Returns the injected clock, if there is one. Otherwise, on PostgreSQL, the clock of the server, since the clocks of
 * nodes may differ by minutes; on SQLite, which only one computer uses, the clock of the system.
 */
export function outboxClock(
  { db, dialect }: Pick<Database<StoreSchema>, "db" | "dialect">,
  clock: (() => Date) | undefined,
): OutboxClock {
  if (clock !== undefined || dialect === "sqlite") {
    const now = () => (clock === undefined ? Date.now() : clock().getTime());
    return { now, aheadMs: () => 0, read: async () => undefined };
  }
  let last: (Reading & { readonly system: number }) | undefined;
  let reading: Promise<void> | undefined;
  const now = () => (last === undefined ? Date.now() : Math.round(last.time + performance.now() - last.at));
  const isStale = () => {
    if (last === undefined) return true;
    const passed = performance.now() - last.at;
    return passed > staleMs || Math.abs(Date.now() - last.system - passed) > jumpMs;
  };
  const readNow = async () => {
    const before = performance.now();
    const { rows } = await sql<{ time: number | string }>`
      select cast(extract(epoch from clock_timestamp()) * 1000 as double precision) as time`.execute(db);
    const took = performance.now() - before;
    const time = Number(rows[0]?.time);
    if (!Number.isFinite(time) || (took > slowestMs && last !== undefined)) return;
    last = { time, at: before + took / 2, system: Date.now() - took / 2 };
  };
  return {
    now,
    aheadMs: () => now() - Date.now(),
    async read() {
      if (!isStale()) return;
      reading ??= readNow()
        .catch(() => undefined)
        .finally(() => {
          reading = undefined;
        });
      await reading;
    },
  };
}
