import { type Kysely, sql } from "kysely";
import { expect, it } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore } from "../../test/fresh-store.js";
import type { Database } from "../database.js";
import type { AuditFilter } from "../index.js";
import { type AuditSearch, searchRows } from "./audit-search.js";

type Plugin = Parameters<Kysely<object>["withPlugin"]>[0];

const count = 24_000;
/** How many of the oldest entries differ from the others: more than the limit for counting. */
const old = 11_000;
const minute = 60_000;

/** Adds one entry per minute. The first ones failed, and are the only ones of their event, action, user and binding. */
async function fill({ db, dialect }: Database<object>): Promise<void> {
  const numbers =
    dialect === "postgres"
      ? sql.raw(`generate_series(1::bigint, ${count}::bigint) as n`)
      : sql.raw(`(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${count}) select n from s)`);
  const is = (yes: string, no: string) => sql.raw(`case when n <= ${old} then ${yes} else ${no} end`);
  const text = (of: string) => `cast(${of} as text)`;
  await sql`insert into bookend_audit
    (number, id, event, action, binding, success, serial, "user", startdate, duration, hash, key_id, signature, format)
    select n, ${sql.raw(text("n"))}, ${is("'old'", "'new'")}, ${is("'GET /old'", "'GET /new'")}, ${is("7", "8")}, ${is("0", "1")},
      ${sql.raw(`'S' || ${text("n % 1000")}`)}, ${is("'hans'", "'anna'")}, n * ${sql.lit(minute)}, 1, '', '', '', 3 from ${numbers}`.execute(
    db,
  );
  await sql.raw(dialect === "postgres" ? "vacuum analyze bookend_audit" : "analyze").execute(db);
}

describeEachStore("searching a long log", ({ dialect, freshUrl }) => {
  it("examines few entries, however old the matching ones are", async () => {
    const { database } = await openTestStore(await freshUrl());
    await fill(database as Database<object>);
    const seen: Parameters<Plugin["transformQuery"]>[0][] = [];
    const follow: Plugin = {
      transformQuery(sent) {
        seen.push(sent);
        return sent.node;
      },
      transformResult: async ({ result }) => result,
    };
    const reader = database.reader.withPlugin(follow);
    /**
     * Returns the numbers of the entries of a page, and the number of entries that the plan of its statement examines,
     * on PostgreSQL; a scan counts as all.
     */
    const asked = async (search: AuditSearch) => {
      seen.length = 0;
      const page = await searchRows(reader as never, dialect, { pageSize: 3, ...search });
      let looked = 0;
      for (const { node, queryId } of [...seen]) {
        const { sql: statement, parameters } = reader.getExecutor().compileQuery(node, queryId);
        const values = [...parameters];
        const literal = statement.replace(/\$\d+|\?/g, () => {
          const value = values.shift();
          return typeof value === "number" ? String(value) : `'${value}'`;
        });
        const explain = dialect === "sqlite" ? "explain query plan" : "explain (analyze, timing off)";
        for (const line of (await sql.raw(`${explain} ${literal}`).execute(database.db)).rows) {
          const step = JSON.stringify(line);
          if (/SCAN bookend_audit"|Seq Scan/.test(step)) looked += count;
          looked += Number(/Rows Removed by Filter: (\d+)/.exec(step)?.[1] ?? 0);
        }
      }
      return { numbers: page.rows.map(({ number }) => number), found: page.count, looked };
    };
    const at = (number: number) => new Date(number * minute);
    const newest = [old, old - 1, old - 2];
    /**
     * Filters with the numbers of their first entries and, if a plan may examine many entries, that database: SQLite
     * searches backward from the end for recent entries, and stops at
     * the end of the page; PostgreSQL prefers scanning the table to an index that covers a third of it.
     */
    const filters: readonly (readonly [AuditFilter, readonly number[], Database<object>["dialect"]?])[] = [
      [{ filter: { event: "old" } }, newest],
      [{ filter: { action: "GET /old" } }, newest],
      [{ filter: { action: "*/OLD" } }, newest],
      [{ filter: { event: "*ld" } }, newest],
      [{ filter: { binding: "7" } }, newest],
      [{ filter: { success: "0" } }, newest],
      [{ filter: { event: "old", success: "0" } }, newest],
      [{ filter: { event: "new" } }, [count, count - 1, count - 2]],
      [{ since: at(10), until: at(old + 1) }, newest, "postgres"],
      [{ since: at(10), until: at(old + 1), filter: { success: "0" } }, newest],
      [{ since: at(20_000) }, [count, count - 1, count - 2], "sqlite"],
      [{ since: at(20_000), until: at(23_001) }, [23_000, 22_999, 22_998], "sqlite"],
      ...(dialect === "sqlite" ? [[{ filter: { user: "hans" } }, newest] as const] : []),
    ];
    for (const [filter, numbers, all] of filters) {
      const most = dialect === all ? Number.POSITIVE_INFINITY : 1_100;
      const page = await asked({ ...filter, count: false });
      expect([filter, page.numbers]).toEqual([filter, numbers]);
      // the newest thousand entries before a period are examined
      expect([filter, page.looked <= most]).toEqual([filter, true]);
      const next = await asked({ ...filter, count: false, cursor: numbers[2] });
      expect([filter, next.numbers]).toEqual([filter, numbers.map((number) => number - 3)]);
      expect([filter, next.looked <= most]).toEqual([filter, true]);
    }
    const first = (search: AuditSearch) => asked({ ...search, sort: { column: "number", direction: "asc" } });
    expect(await first({ since: at(old + 1), pageSize: 2 })).toMatchObject({
      numbers: [old + 1, old + 2],
      found: 10_000,
    });
    expect(await first({ since: at(old + 1), until: at(23_000), cursor: 20_000 })).toMatchObject({
      numbers: [20_001, 20_002, 20_003],
    });
    expect(await asked({ filter: { event: "old" }, countAll: true })).toMatchObject({ found: old });
  });
});
