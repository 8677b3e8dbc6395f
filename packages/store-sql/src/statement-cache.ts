import type Libsql from "libsql";

/** Maximum number of cached statements; the least recently used one is discarded first. */
const maxStatements = 500;

/** Longer statements, such as those that insert many rows, are rarely repeated. */
const maxLength = 10_000;

const repeatable = /^\s*(?:select|insert|update|delete|with|savepoint|release|rollback to)\b/i;

/** A prepared statement. */
export interface PreparedStatement {
  readonly statement: Libsql.Statement;
  /** Whether it returns rows, since asking libsql takes time. */
  readonly returnsRows: boolean;
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
      const prepared = { statement, returnsRows: statement.reader };
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
