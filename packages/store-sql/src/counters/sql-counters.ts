import type { CounterDirectory } from "@bookend/core";
import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import { writeRows } from "../run-statement.js";
import { statement } from "../statement.js";
import { ask } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import { transactTogether, writeTogether } from "../transact-together.js";

/** Event counters. Each method is atomic over all processes, makes a counter that does not exist, and resolves to the new value. */
export interface CounterTable extends CounterDirectory {
  /** `by` may be negative. */
  add(name: string, by: number): Promise<number>;
  /** `by` is 1 unless given. Subtracts one. Without `allowNegative`, the result is never below zero. */
  decrease(name: string, options: { readonly by?: number; readonly allowNegative: boolean }): Promise<number>;
  /** Sets the counter to zero. */
  reset(name: string): Promise<number>;
  /** Null if there is no such counter. */
  value(name: string): Promise<number | null>;
  /** All counters by name. */
  list(): Promise<readonly { readonly name: string; readonly value: number }[]>;
}

/**
 * Counters in a table with a row for each counter and node; the value is their sum. One node only writes its own row, so that nodes do not
 * wait for each other; but decreasing with a floor and resetting, which look at all rows, wait for one another.
 */
export function sqlCounters(database: Database<StoreSchema>, node: string): CounterTable {
  const { db, dialect } = database;
  const add = async (name: string, by: number) => {
    checkAmount(by);
    // on PostgreSQL, one statement needs no transaction
    const rows =
      dialect === "postgres"
        ? await writeRows(database, addition, { name, node, by })
        : (await writeTogether(database, () => ask(addition, { name, node, by }))).rows;
    return rows[0]?.total ?? 0;
  };

  const decreaseToZero = (name: string, by: number) =>
    exclusively(name, (trx) => {
      const floor = sql`-${others(name, node)}`;
      const least = (value: RawBuilder<unknown>) =>
        dialect === "sqlite" ? sql`max(${value}, ${floor})` : sql`greatest(${value}, ${floor})`;
      return total(
        trx,
        upsert({ name, node, first: least(sql`${-by}`), next: least(sql`bookend_counter.value - ${by}`) }),
      );
    });

  /** On SQLite, every write is alone. */
  const exclusively = <T>(name: string, run: (trx: Transaction<StoreSchema>) => Promise<T>) =>
    transactTogether(database, async (trx) => {
      if (dialect === "postgres") {
        await sql`select pg_advisory_xact_lock(hashtextextended(${`bookend counter ${name}`}, 0))`.execute(trx);
      }
      return run(trx);
    });

  return {
    add,
    async decrease(name, { by = 1, allowNegative }) {
      checkAmount(by);
      return allowNegative ? add(name, -by) : decreaseToZero(name, by);
    },
    reset: (name) =>
      exclusively(name, async (trx) => {
        await upsert({ name, node, first: sql`0`, next: sql`0` }).execute(trx);
        await trx.updateTable("bookend_counter").set({ value: 0 }).where("name", "=", name).execute();
        return 0;
      }),
    async value(name) {
      const { value } = await db
        .selectFrom("bookend_counter")
        .select(sum.as("value"))
        .where("name", "=", name)
        .executeTakeFirstOrThrow();
      return value;
    },
    list: () =>
      db
        .selectFrom("bookend_counter")
        .select(["name", sum.as("value")])
        .groupBy("name")
        .orderBy("name")
        .$narrowType<{ value: number }>()
        .execute(),
  };
}

const addition = statement(
  (_: Kysely<StoreSchema>, { name, node, by }: { readonly name: string; readonly node: string; readonly by: number }) =>
    upsert({ name, node, first: sql`${by}`, next: sql`bookend_counter.value + ${by}` }),
);

// PostgreSQL sums up to a numeric, which would be read as text
const sum = sql<number | null>`cast(sum(value) as bigint)`;

/** What the other nodes have. */
function others(name: string, node: string): RawBuilder<number> {
  return sql`coalesce((select cast(sum(other.value) as bigint) from bookend_counter as other where other.name = ${name} and other.node <> ${node}), 0)`;
}

function upsert({
  name,
  node,
  first,
  next,
}: {
  readonly name: string;
  readonly node: string;
  readonly first: RawBuilder<unknown>;
  readonly next: RawBuilder<unknown>;
}): RawBuilder<{ total: number }> {
  return sql`insert into bookend_counter (name, node, value) values (${name}, ${node}, ${first})
    on conflict (name, node) do update set value = ${next}
    returning value + ${others(name, node)} as total`;
}

async function total(db: Kysely<StoreSchema>, statement: RawBuilder<{ total: number }>): Promise<number> {
  const { rows } = await statement.execute(db);
  return rows[0]?.total ?? 0;
}

function checkAmount(by: number): void {
  if (!Number.isSafeInteger(by)) {
    throw new StoreError("PARAMETER_INVALID", `A counter changes by a whole number, not by ${by}.`);
  }
}
