import { createRequire } from "node:module";

/**
 * The statements that the databases of this process have received since counting began. Readers on separate threads are
 * not counted.
 */
export interface StatementCounts {
  statements: number;
  /** Transactions that were begun. */
  transactions: number;
  /** Commits, each of which waits for the disk. */
  commits: number;
}

type Method = (this: unknown, ...given: unknown[]) => unknown;
type Methods = Record<string, Method>;

/** Loads a database driver as store-sql does, so that it is the same instance. */
const load = createRequire(new URL("../../../packages/store-sql/package.json", import.meta.url));

/** Starts counting the statements of all databases of this process, including those that are opened later. */
export function countStatements(): StatementCounts {
  const counts: StatementCounts = { statements: 0, transactions: 0, commits: 0 };
  const count = (sql: string) => {
    if (/^\s*(?:begin immediate|begin|start transaction)\b/i.test(sql)) counts.transactions += 1;
    else if (/\bcommit$/i.test(sql)) {
      counts.commits += 1;
      // statements that run with the commit, each on a line of its own
      counts.statements += sql.split(";\n").length - 1;
    } else counts.statements += 1;
  };
  const Database = load("libsql") as new (path: string) => { prepare(sql: string): object; close(): void };
  const probe = new Database(":memory:");
  const statement = Object.getPrototypeOf(probe.prepare("select 1")) as Methods;
  probe.close();
  // `all` is not wrapped, since it calls `iterate`
  for (const name of ["get", "iterate", "run"]) before(statement, name, () => void counts.statements++);
  const Promised = load("libsql/promise") as { prototype: Methods };
  // store-sql begins transactions through libsql, and commits them in a thread through libsql/promise
  for (const methods of [Database.prototype as unknown as Methods, Promised.prototype]) {
    before(methods, "exec", (sql) => count(String(sql)));
  }
  const { Client } = load("pg") as { Client: { prototype: Methods } };
  before(Client.prototype, "query", (query) => {
    const text = typeof query === "string" ? query : (query as { text?: unknown } | undefined)?.text;
    if (typeof text === "string") count(text);
  });
  return counts;
}

/** Calls `first` before each call of a method. */
function before(methods: Methods, name: string, first: (given: unknown) => void): void {
  const method = methods[name];
  if (method === undefined) throw new Error(`there is no method ${name} to count`);
  methods[name] = function (this: unknown, ...given) {
    first(given[0]);
    return method.apply(this, given);
  };
}
