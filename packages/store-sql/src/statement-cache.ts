import type Libsql from "libsql";
import type { SqliteValue } from "./sqlite-parameter.js";

/** Maximum number of cached statements; the least recently used one is discarded first. */
const maxStatements = 500;

/** Longer statements, such as those that insert many rows, are rarely repeated. */
const maxLength = 10_000;

const repeatable = /^\s*(?:select|insert|update|delete|with|savepoint|release|rollback to)\b/i;

/** A prepared statement. */
export interface PreparedStatement {
  readonly statement: Libsql.Statement;
  /** Runs it and returns its rows; undefined for a statement that returns none. */
  readonly rows?: ((parameters: readonly SqliteValue[]) => readonly unknown[]) | undefined;
}

/** Prepared statements of one connection, by their SQL. Preparing a statement takes longer than running it. */
export interface StatementCache {
  /** Returns the statement, prepared. */
  prepare(sql: string): PreparedStatement;
  /** Discards a statement that failed, since one that found the database busy stays busy itself. */
  forget(sql: string): void;
  clear(): void;
}

/**
 * Creates a cache for statements that read and write rows. Any other statement may change tables, and empties the
 * cache.
 */
export function statementCache(database: Libsql.Database): StatementCache {
  const statements = new Map<string, PreparedStatement>();
  return {
    prepare(sql) {
      const kept = statements.get(sql);
      if (kept !== undefined) {
        statements.delete(sql);
        statements.set(sql, kept);
        return kept;
      }
      const statement = database.prepare(sql);
      const prepared = { statement, rows: statement.reader ? rowsOf(statement, sql) : undefined };
      if (!repeatable.test(sql)) statements.clear();
      else if (sql.length <= maxLength) {
        statements.set(sql, prepared);
        if (statements.size > maxStatements) {
          const [oldest = ""] = statements.keys();
          statements.delete(oldest);
        }
      }
      return prepared;
    },
    forget(sql) {
      statements.delete(sql);
    },
    clear: () => statements.clear(),
  };
}

/**
 * Returns a function that runs a statement. It creates rows from arrays of values, since libsql takes twice as long to
 * create objects; but not for `select *`, whose columns change when another process migrates the table.
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
