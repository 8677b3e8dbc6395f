import type { Database } from "@bookend/store-sql";
import { type Kysely, sql } from "kysely";
import type { DomainSchema } from "../src/index.js";

type Plugin = Parameters<Kysely<object>["withPlugin"]>[0];

/** Maximum number of rows that a statement may read in addition to those that it returns. */
const most = 100;

/** A row of SQLite's plan. Rows of PostgreSQL's plans do not have these fields. */
interface PlanRow {
  readonly parent?: number;
  readonly detail?: string;
}

/** Returns whether a row of SQLite's plan reads a subquery that has the name of a table, rather than the table. */
const isReadOfSubquery = ({ detail, parent }: PlanRow, rows: readonly PlanRow[]) =>
  rows.some((row) => row.parent === parent && detail !== undefined && `CO-ROUTINE ${detail.slice(5)}` === row.detail);

/** Observes what a database reads; `slow` returns the plans that sort, or that read many rows that are not returned. */
export function followPlans({ db, dialect, reader: plain }: Database<DomainSchema>) {
  const seen: Parameters<Plugin["transformQuery"]>[0][] = [];
  const reader = plain.withPlugin({
    transformQuery(sent) {
      seen.push(sent);
      return sent.node;
    },
    transformResult: async ({ result }) => result,
  });
  return {
    reader,
    /** Returns the slow plans of the statements since the last call that match a pattern. */
    async slow(statements: RegExp, isSlow: RegExp): Promise<readonly string[]> {
      const plans: string[] = [];
      for (const { node, queryId } of seen.splice(0)) {
        const { sql: statement, parameters } = reader.getExecutor().compileQuery(node, queryId);
        if (!statements.test(statement)) continue;
        const values = [...parameters];
        const literal = statement.replace(/\$\d+|\?/g, () => {
          const value = values.shift();
          return typeof value === "number" ? String(value) : `'${value}'`;
        });
        const explain = dialect === "sqlite" ? "explain query plan" : "explain (analyze, timing off)";
        const { rows } = await sql.raw<PlanRow>(`${explain} ${literal}`).execute(db);
        const plan = rows
          .filter((row) => !isReadOfSubquery(row, rows))
          .map((row) => JSON.stringify(row))
          .join("\n");
        const removed = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, number]) => Number(number));
        if (isSlow.test(plan) || removed.some((number) => number > most)) plans.push(`${literal}\n${plan}`);
      }
      return plans;
    },
  };
}
