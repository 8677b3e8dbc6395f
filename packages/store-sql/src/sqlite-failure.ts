import { StoreError } from "./errors.js";

/** The file, its disk or its lock is at fault, not the statement. Source: https://www.sqlite.org/rescode.html */
const fileAtFault = /^SQLITE_(?:FULL|IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB|PROTOCOL|NOLFS)/;

/** Constraints that a statement may violate or not, depending on concurrent writes. */
const constraint = /^SQLITE_CONSTRAINT_(?:UNIQUE|PRIMARYKEY|FOREIGNKEY|ROWID)$/;

/** Returns whether another connection holds the lock that a statement needs. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_BUSY/.test(codeOf(error));
}

/** Converts an error of libsql; errors of the statement itself are passed on. */
export function sqliteFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (isBusy(error)) {
    const message = "The SQLite database was locked by another process for too long.";
    return new StoreError("DATABASE_TIMEOUT", message, { cause: error });
  }
  if (constraint.test(code)) {
    return new StoreError("CONSTRAINT_VIOLATED", `A statement violates a constraint (${code}).`, { cause: error });
  }
  if (!fileAtFault.test(code)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError("DATABASE_UNAVAILABLE", `The SQLite database is not available: ${reason} (${code})`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
