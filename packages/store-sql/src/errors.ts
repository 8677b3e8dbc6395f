/** The meaning of each {@link StoreError} code. */
export const storeErrorCodes = {
  DATABASE_URL_INVALID: "The URL of the database is not `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.",
  DATABASE_UNAVAILABLE:
    "The database cannot be opened, or the connection to it broke. It is not known whether the statement took effect; if it was part of a transaction that was not committed yet, it did not.",
  DATABASE_TIMEOUT:
    "No connection or lock became free in time, or the database did not respond. The statement had no effect.",
  STATEMENT_TIMEOUT: "A statement itself took too long and was cancelled. It had no effect.",
  TRANSACTION_TIMEOUT: "A write that may share its transaction did not end in time. It was rolled back.",
  TRANSACTION_CONFLICT: "A deadlock or a serialization failure rolled the transaction back. It had no effect.",
  TRANSACTION_NESTED:
    "A write that shares its transaction was begun within another such write, which would wait for it forever.",
  CONSTRAINT_VIOLATED:
    "A row with that key already exists, or a referenced row no longer exists, usually because of a concurrent write. The statement had no effect.",
  PARAMETER_INVALID:
    "A query has a parameter that a column cannot hold: a boolean, an object, a string with a NUL character or with characters that the database's encoding does not support.",
  MIGRATION_INVALID: "The namespace of migrations is not a short name in lower case.",
  MIGRATION_FAILED: "A migration failed, and no part of this run was kept. `cause` contains the reason.",
  SCHEMA_DIFFERS:
    "The tables do not exist or are from an earlier version of this package, and migrating them was not requested.",
  SCHEMA_NEWER: "The tables are from a later version of this package, which only that version can use.",
  STORE_CLOSED: "The store, or its database, is closed.",
  AUDIT_KEY_INVALID: "A key of the audit log is not an Ed25519 key, or the one that signs is not private.",
  AUDIT_KEY_UNKNOWN: "The audit log was signed with a key that was not provided.",
  AUDIT_TAMPERED:
    "The audit log differs from what this store wrote. Nothing is written to it or removed from it anymore.",
  OUTBOX_KEY_INVALID: "An outbox has no keys, or one of them has an invalid id or secret.",
  OUTBOX_OPTION_INVALID: "An option of an outbox, or a filter of deliveries, has a value that is not valid.",
  CALL_FILTER_INVALID: "A list of recorded calls was requested with an invalid filter, cursor or size.",
  CALL_OPTION_INVALID: "An option of the log of recorded calls is not valid; the message names it and what is allowed.",
  CALL_NOT_KEPT: "A recorded call is too long, or calls arrived faster than they could be written.",
  COUNTER_OUT_OF_RANGE: "A counter would be above 9,007,199,254,740,991 or below its negative. It was not changed.",
  AUDIT_FILTER_INVALID:
    "A search names a column that the audit log does not have, or a value that the column cannot have, or it took too long and must be narrowed.",
} as const;

/** The codes of {@link StoreError}. */
export type StoreErrorCode = keyof typeof storeErrorCodes;

/** An error of this package; `code` is stable, the message is not. Errors of the database itself pass through. */
export class StoreError extends Error {
  override readonly name = "StoreError";

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Returns whether a statement was cancelled because it took too long by itself. A narrower query can succeed, but
 * repeating the same one does not help.
 */
export function isStatementTimeout(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === "STATEMENT_TIMEOUT";
}

/**
 * Returns whether the database is unavailable or overloaded, or a statement took too long: other writes may also fail
 * at present, and may succeed later.
 */
export function isDatabaseAway(error: unknown): error is StoreError {
  return error instanceof StoreError && (error.code === "DATABASE_UNAVAILABLE" || /_TIMEOUT$/.test(error.code));
}

/**
 * Returns whether a write took too long by itself, for example because another transaction holds the lock of a row that
 * it changes. Other writes may succeed at present.
 */
export function isTimeoutOfWrite(error: unknown): boolean {
  return isStatementTimeout(error) || (error instanceof StoreError && error.code === "TRANSACTION_TIMEOUT");
}

/** Returns whether any other write would fail at present for the same reason: the database is unavailable. */
export function isOfEveryWrite(error: unknown): boolean {
  return isDatabaseAway(error) && !isTimeoutOfWrite(error);
}

/** Creates the error `STORE_CLOSED` for a database. */
export function databaseClosed(): StoreError {
  return new StoreError("STORE_CLOSED", "The database is closed.");
}

/** Returns whether the audit log itself, and not the database, refused an entry. */
export function isOfLog(error: unknown): boolean {
  return error instanceof StoreError && error.code.startsWith("AUDIT_");
}
