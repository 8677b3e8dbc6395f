import { setImmediate } from "node:timers/promises";
import { problemMessage } from "@bookend/core";
import { type Kysely, sql } from "kysely";
import type { Database, DialectName } from "../database.js";
import { isStatementTimeout, StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";

/** The period whose runs and calls are counted. */
export interface AuditStatsQuery {
  readonly from: Date;
  /** Length of a bucket in milliseconds. */
  readonly bucketMs: number;
  /** Number of buckets, from 1 to 1,000. */
  readonly buckets: number;
}

/** Runs of bindings, and calls, in buckets of equal length. */
export interface AuditStats {
  /** The bindings that ran in that period, or that ran earlier and still exist. */
  readonly bindings: readonly {
    readonly id: number;
    readonly lastRun: Date | undefined;
    /** One number per bucket. */
    readonly runs: readonly number[];
    readonly failures: readonly number[];
  }[];
  readonly calls: readonly number[];
  readonly failedCalls: readonly number[];
}

/** Maximum milliseconds for counting all buckets together. */
const patienceMs = 10_000;

/**
 * Excludes the end of a delivery, which belongs to an earlier run. The condition has the same form as in the index of
 * last runs.
 */
const isRun = sql<boolean>`substr(action, 1, 9) <> 'DELIVERY '`;

/** Excludes entries of the outbox about a destination. */
const isCall = sql<boolean>`substr(action, 1, 12) <> 'DESTINATION '`;

/**
 * Returns the query for the counts of one bucket: for each binding, and for calls, where the binding is null. `from`
 * and `to` are in milliseconds since 1970.
 */
export function bucketQuery(db: Kysely<StoreSchema>, from: number, to: number) {
  return db
    .selectFrom("bookend_audit")
    .select(["binding", sql<number>`count(*)`.as("runs"), sql<number>`sum(1 - success)`.as("failures")])
    .where("startdate", ">=", from)
    .where("startdate", "<", to)
    .where(isRun)
    .where(isCall)
    .groupBy("binding");
}

/**
 * Returns the query for the time of the last run of each existing binding. SQLite reads the newest entries of a binding
 * from the end of its index, up to the first run; PostgreSQL has an index of runs by their time.
 */
export function lastRunQuery(db: Kysely<StoreSchema>, dialect: DialectName) {
  return db.selectFrom("bookend_binding").select((eb) => {
    const runs = eb
      .selectFrom("bookend_audit")
      .whereRef("bookend_audit.binding", "=", "bookend_binding.id")
      .where(isRun);
    const last =
      dialect === "sqlite"
        ? runs.select("startdate as last").orderBy("bookend_audit.number", "desc").limit(1)
        : runs.select((inner) => inner.fn.max("startdate").as("last"));
    return ["bookend_binding.id", last.as("last")];
  });
}

interface Numbers {
  readonly runs: number[];
  readonly failures: number[];
}

/**
 * Counts runs and calls with one statement for each bucket, yielding to other work in between.
 *
 * @throws {StoreError} AUDIT_FILTER_INVALID if that takes too long
 */
export async function auditStats(
  { reader, dialect }: Pick<Database<StoreSchema>, "reader" | "dialect">,
  query: AuditStatsQuery,
): Promise<AuditStats> {
  try {
    return await counted(reader, dialect, query, performance.now() + patienceMs);
  } catch (error) {
    throw isStatementTimeout(error) ? tooMuch(error) : error;
  }
}

function tooMuch(cause?: unknown): StoreError {
  const message = problemMessage("counting takes too long with this many entries", "a shorter time", "from");
  return new StoreError("AUDIT_FILTER_INVALID", message, { cause });
}

async function counted(
  db: Kysely<StoreSchema>,
  dialect: DialectName,
  { from, bucketMs, buckets }: AuditStatsQuery,
  end: number,
): Promise<AuditStats> {
  const zeros = (): Numbers => ({ runs: Array<number>(buckets).fill(0), failures: Array<number>(buckets).fill(0) });
  const calls = zeros();
  const byBinding = new Map<number, Numbers>();
  const numbersOf = (binding: number | null): Numbers => {
    if (binding === null) return calls;
    let numbers = byBinding.get(binding);
    if (!numbers) {
      numbers = zeros();
      byBinding.set(binding, numbers);
    }
    return numbers;
  };
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = from.getTime() + bucket * bucketMs;
    for (const { binding, runs, failures } of await bucketQuery(db, start, start + bucketMs).execute()) {
      const numbers = numbersOf(binding);
      numbers.runs[bucket] = Number(runs);
      numbers.failures[bucket] = Number(failures);
    }
    if (performance.now() > end) throw tooMuch();
    await setImmediate();
  }
  const lastRuns = new Map<number, Date>();
  for (const { id, last } of await lastRunQuery(db, dialect).execute()) {
    if (last === null || last === undefined) continue;
    lastRuns.set(id, new Date(Number(last)));
    numbersOf(id);
  }
  const bindings = [...byBinding]
    .sort(([a], [b]) => a - b)
    .map(([id, numbers]) => ({ id, lastRun: lastRuns.get(id), ...numbers }));
  return { bindings, calls: calls.runs, failedCalls: calls.failures };
}
