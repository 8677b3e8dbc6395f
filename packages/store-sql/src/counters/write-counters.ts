import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";
import { jsonParameter } from "../json-parameter.js";
import { sqliteLiteral } from "../sqlite-literal.js";
import { statement } from "../statement.js";
import { ask, runLate, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import { type CounterChange, largestCount } from "./counter-change.js";

interface Counter {
  readonly name: string;
  readonly node: string;
}

/** The sum over all nodes. PostgreSQL's sum is a numeric, which would be read as a string. */
const sum = sql<number | null>`cast(sum(value) as bigint)`;

/** Reads a counter; null if it does not exist. */
export const readCounter = statement((db: Kysely<StoreSchema>, { name }: Pick<Counter, "name">) =>
  db.selectFrom("bookend_counter").select(sum.as("value")).where("name", "=", name),
);

/**
 * Reads those of several counters that exist; `names` is JSON. Their values are JSON in one row, since libsql takes
 * longer to return a row than SQLite to read it.
 */
export const readCounters = statement((_: Kysely<StoreSchema>, { names }: { readonly names: string }, dialect) => {
  const [wanted, values] =
    dialect === "sqlite"
      ? [sql`select value from json_each(${names})`, sql`json_group_object(name, value)`]
      : [sql`select json_array_elements_text(cast(${names} as json))`, sql`cast(json_object_agg(name, value) as text)`];
  return sql<{ counters: string | null }>`select ${values} as counters
    from (select name, ${sum} as value from bookend_counter where name in (${wanted}) group by name) as known`;
});

/** Lists all counters by name. */
export function listCounters(
  db: Kysely<StoreSchema>,
): Promise<readonly { readonly name: string; readonly value: number }[]> {
  return db
    .selectFrom("bookend_counter")
    .select(["name", sum.as("value")])
    .groupBy("name")
    .orderBy("name")
    .$narrowType<{ value: number }>()
    .execute();
}

/** Returns the SQL of the sum of a counter's rows that belong to other nodes. */
function others(name: RawBuilder<unknown>, node: unknown): RawBuilder<number> {
  return sql`coalesce((select cast(sum(other.value) as bigint) from bookend_counter as other where other.name = ${name} and other.node <> ${node}), 0)`;
}

/** Keeps the sum within its bounds, which concurrent changes could exceed although each alone would not. */
function bounded(dialect: DialectName, count: RawBuilder<unknown>, floor: RawBuilder<unknown>): RawBuilder<unknown> {
  const largest = sql.raw(String(largestCount));
  return dialect === "sqlite"
    ? sql`min(${largest}, max(${floor}, ${count}))`
    : sql`least(${largest}, greatest(${floor}, ${count}))`;
}

/** Changes a counter, in the row of this node. Returns the new value of the counter. */
export const changeCounter = statement(
  (
    _: Kysely<StoreSchema>,
    { name, node, by, floor }: Counter & { readonly by: number; readonly floor: number },
    dialect,
  ) => {
    const rest = others(sql`${name}`, node);
    const own = (before: RawBuilder<unknown>) =>
      sql`${bounded(dialect, sql`${before} + ${rest} + ${by}`, sql`${floor}`)} - ${rest}`;
    return sql<{
      total: number;
    }>`insert into bookend_counter (name, node, value) values (${name}, ${node}, ${own(sql`0`)})
      on conflict (name, node) do update set value = ${own(sql`bookend_counter.value`)}
      returning value + ${rest} as total`;
  },
);

/**
 * Changes several counters together on PostgreSQL, where each statement is a round trip. Their rows are locked in the
 * order of `changes`.
 */
const changeCounters = statement(
  (_: Kysely<StoreSchema>, { node, changes }: Pick<Counter, "node"> & { readonly changes: string }, dialect) => {
    const rest = others(sql`change.name`, node);
    const own = (before: RawBuilder<unknown>) =>
      sql`${bounded(dialect, sql`${before} + ${rest} + change.by`, sql`change.floor`)} - ${rest}`;
    return sql<never>`with change as materialized (
        select * from json_to_recordset(cast(${changes} as json)) as change (name text, by bigint, floor bigint)
      )
      insert into bookend_counter (name, node, value)
      select change.name, ${node}, ${own(sql`0`)} from change
      on conflict (name, node) do update
      set value = (select ${own(sql`bookend_counter.value`)} from change where change.name = excluded.name)`;
  },
);

/**
 * Returns the text of a statement that changes several counters together on SQLite. Their rows can be read first, since
 * nothing else writes during a transaction.
 */
function changingTogether(node: string, changes: readonly (readonly [name: string, change: CounterChange])[]): string {
  const rows = changes.map(
    ([name, change]) => `(${sqliteLiteral(name)},${sqliteLiteral(change.by)},${sqliteLiteral(floorOf(change))})`,
  );
  const ownNode = sqliteLiteral(node);
  return `insert into bookend_counter (name, node, value)
    select name, ${ownNode}, min(${largestCount}, max(floor, own + rest + by)) - rest from (
      select column1 as name, column2 as by, column3 as floor,
        coalesce((select value from bookend_counter where name = column1 and node = ${ownNode}), 0) as own,
        coalesce((select sum(value) from bookend_counter where name = column1 and node <> ${ownNode}), 0) as rest
      from (values ${rows.join(",")})
    ) where true
    on conflict (name, node) do update set value = excluded.value`;
}

const clearOthers = statement((db: Kysely<StoreSchema>, { name, node }: Counter) =>
  db.updateTable("bookend_counter").set({ value: 0 }).where("name", "=", name).where("node", "<>", node),
);

const setCounter = statement((db: Kysely<StoreSchema>, counter: Counter & { readonly value: number }) =>
  db
    .insertInto("bookend_counter")
    .values({ name: counter.name, node: counter.node, value: counter.value })
    .onConflict((conflict) => conflict.columns(["name", "node"]).doUpdateSet({ value: counter.value })),
);

/**
 * Locks counters, until the transaction ends, against other changes that depend on the rows of all nodes; only on
 * PostgreSQL. `names` is JSON.
 */
const lockCounters = statement(
  (_: Kysely<StoreSchema>, { names }: { readonly names: string }) =>
    sql`select pg_advisory_xact_lock(hashtextextended('bookend counter ' || name, 0))
      from json_array_elements_text(cast(${names} as json)) as name`,
);

/**
 * Changes counters, within a transaction. A node writes only its own row of a counter, so that nodes do not wait for
 * each other. Changes with a floor and resets depend on all rows, so they do wait for one another. Transactions take
 * their locks in the same order: first those of such changes, then those of the rows, both by name.
 */
export function* writeCounters(
  dialect: DialectName,
  node: string,
  changes: ReadonlyMap<string, CounterChange>,
): Steps<void> {
  if (changes.size === 0) return;
  const sorted = [...changes].sort(([one], [other]) => (one < other ? -1 : 1));
  if (dialect === "postgres") {
    const locked = sorted.filter(([, change]) => looksAtAllRows(change)).map(([name]) => name);
    if (locked.length > 0) yield* ask(lockCounters, { names: jsonParameter(locked) });
  }
  if (sorted.every(([, { sets }]) => !sets)) {
    if (dialect === "sqlite") yield* runLate(changingTogether(node, sorted));
    else {
      const rows = sorted.map(([name, change]) => ({ name, by: change.by, floor: floorOf(change) }));
      yield* ask(changeCounters, { node, changes: jsonParameter(rows) });
    }
    return;
  }
  for (const [name, change] of sorted) {
    const { sets, by } = change;
    if (sets) {
      yield* ask(clearOthers, { name, node });
      yield* ask(setCounter, { name, node, value: by });
    } else yield* ask(changeCounter, { name, node, by, floor: floorOf(change) });
  }
}

/** Returns the smallest value that a change may leave. */
export function floorOf({ floor }: CounterChange): number {
  return Math.max(-largestCount, floor);
}

/** Returns whether a change depends on the rows of other nodes. */
export function looksAtAllRows({ sets, floor }: CounterChange): boolean {
  return sets || floor !== -Infinity;
}
