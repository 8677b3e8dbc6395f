import { sql } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";

/** The time that an outbox goes by. Nodes that share a database must agree on it: leases, due times and pauses are written by one and read by others. */
export interface OutboxClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** How far it is ahead of the clock of this process, in milliseconds. */
  aheadMs(): number;
  /** Reads the time of the database, if the last reading is too old. Never rejects: until the database responds, the last reading counts. */
  read(): Promise<void>;
}

/** A reading of the database's clock. */
interface Reading {
  readonly time: number;
  /** `performance.now()` then, which no adjustment of the system's clock changes. */
  readonly at: number;
}

/** Age of a reading at which it is repeated, in milliseconds: clocks of computers drift by less than a millisecond in that time. */
const staleMs = 10_000;

/** A reading that took longer says too little about the time, unless it is the first. */
const slowestMs = 1_000;

/** Difference of the system's clock at which it was set, or the computer slept, in milliseconds. */
const jumpMs = 500;

/**
 * The clock that was injected; otherwise, on PostgreSQL, that of the server, since the clocks of nodes may differ by minutes, and on SQLite, which one
 * computer uses, that of the system.
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
