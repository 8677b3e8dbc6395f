import type Libsql from "libsql";

/** Statements that are kept; the one that was used longest ago goes first. */
const maxStatements = 500;

/** Longer statements, such as those that insert many rows, rarely come twice. */
const maxLength = 10_000;

const repeatable = /^\s*(?:select|insert|update|delete|with|savepoint|release|rollback to)\b/i;

/** A prepared statement. */
export interface PreparedStatement {
  readonly statement: Libsql.Statement;
  /** Whether it returns rows. Asking libsql takes time. */
  readonly returnsRows: boolean;
}

/** Prepared statements of one connection, by their SQL: preparing one takes longer than running it. */
export interface StatementCache {
  /** The statement, prepared. */
  prepare(sql: string): PreparedStatement;
  /** Forgets a statement that failed: one that found the database busy stays busy itself. */
  forget(sql: string): void;
  clear(): void;
}

/** A cache for statements that read and write rows. Any other statement may change tables, and empties the cache. */
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
