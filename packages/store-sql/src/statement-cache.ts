import type Libsql from "libsql";
import type { SqliteValue } from "./sqlite-parameter.js";

/** Maximum number of cached statements; the least recently used one is discarded first. */
const maxStatements = 500;

/**
 * Maximum length of a cached statement, in UTF-16 code units. Longer statements, such as those that insert many rows,
 * are rarely repeated.
 */
const maxLength = 10_000;

const repeatable = /^\s*(?:select|insert|update|delete|with|savepoint|release|rollback to)\b/i;

/** A prepared statement. */
export interface PreparedStatement {
  readonly statement: Libsql.Statement;
  /** Runs the statement and returns its rows; undefined for a statement that returns no rows. */
  readonly rows?: ((parameters: readonly SqliteValue[]) => readonly unknown[]) | undefined;
}

/** Prepared statements of one connection, by their SQL. Preparing a statement takes longer than running it. */
export interface StatementCache {
  /** Returns the prepared statement. */
  prepare(sql: string): PreparedStatement;
  /** Discards a statement that failed, since a statement that found the database busy stays busy itself. */
  forget(sql: string): void;
  clear(): void;
}

/** The statements that were used last, by their SQL. */
export interface RecentStatements<Prepared> extends Pick<StatementCache, "forget" | "clear"> {
  get(sql: string): Prepared | undefined;
  /**
   * Keeps a statement if it reads or writes rows. Any other statement may change tables, so that all kept statements
   * are discarded.
   */
  keep(sql: string, prepared: Prepared): void;
}

/** Creates a collection of recent statements. */
export function recentStatements<Prepared>(): RecentStatements<Prepared> {
  const statements = new Map<string, Prepared>();
  return {
    get(sql) {
      const kept = statements.get(sql);
      // until the cache is half full, the order does not matter, and each change of it costs more than the lookup
      if (kept === undefined || statements.size <= maxStatements / 2) return kept;
      statements.delete(sql);
      statements.set(sql, kept);
      return kept;
    },
    keep(sql, prepared) {
      if (!repeatable.test(sql)) statements.clear();
      else if (sql.length <= maxLength) {
        statements.set(sql, prepared);
        if (statements.size <= maxStatements) return;
        const [oldest = ""] = statements.keys();
        statements.delete(oldest);
      }
    },
    forget(sql) {
      statements.delete(sql);
    },
    clear: () => statements.clear(),
  };
}

/** Creates a cache for the statements of a connection. */
export function statementCache(database: Libsql.Database): StatementCache {
  const statements = recentStatements<PreparedStatement>();
  return {
    prepare(sql) {
      const kept = statements.get(sql);
      if (kept !== undefined) return kept;
      const statement = database.prepare(sql);
      const prepared = { statement, rows: statement.reader ? rowsOf(statement, sql) : undefined };
      statements.keep(sql, prepared);
      return prepared;
    },
    forget: statements.forget,
    clear: statements.clear,
  };
}

/**
 * Returns a function that runs a statement and returns its rows. It creates rows from arrays of values, since libsql
 * takes twice as long to create objects; but not for `select *`, whose columns change when another process migrates the
 * table.
 */
function rowsOf(statement: Libsql.Statement, sql: string): (parameters: readonly SqliteValue[]) => readonly unknown[] {
  if (sql.includes("*")) return (parameters) => statement.all(parameters);
  statement.raw(true);
  const names = statement.columns().map(({ name }) => name);
  const rowOf = (values: readonly unknown[]) => {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) row[names[index] as string] = values[index];
    return row;
  };
  return (parameters) => (statement.all(parameters) as (readonly unknown[])[]).map(rowOf);
}
