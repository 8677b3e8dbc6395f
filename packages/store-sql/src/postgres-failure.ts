import pg from "pg";
import { StoreError } from "./errors.js";

/**
 * PostgreSQL errors for which the server, not the statement, is at fault. Classes 08 (connection), 53 (resources) and
 * 58 (system); 57P01 to 57P05 (shut down, starting, idle for too long); 25P03 (transaction idle for too long); 25006
 * (the server only reads: a standby, after a fail-over). Source:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const serverAtFault = /^(?:08|53|58|57P0[1-5]|25P03|25006)/;

/** The statement timed out, or an administrator cancelled it. */
const cancelled = "57014";

/** Waiting for a lock timed out. */
const lockTimedOut = "55P03";

/** Class 40: the transaction was rolled back in favor of another one (40P01 deadlock, 40001 serialization failure). */
const rolledBack = /^40/;

/**
 * 23505 unique, 23503 foreign key, 23P01 exclusion: whether a statement causes one of these depends on concurrent
 * writes.
 */
const constraint = /^23(?:505|503|P01)$/;

/**
 * 22021, 22P05: a string with a NUL character, which `sqliteParameter` also refuses, or with a character that the
 * encoding of the database does not support.
 */
const notText = /^22(?:021|P05)$/;

/**
 * Returns whether a prepared statement reads a table that was changed after it was prepared, for example by a newer
 * version of the host at startup.
 */
export function isStalePlan(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "0A000" && error.message.startsWith("cached plan");
}

/** An error of a statement, and whether its connection is broken and must not be used again. */
export interface PostgresFailure {
  readonly error: unknown;
  readonly broken: boolean;
}

/**
 * Classifies an error that a statement caused. Errors of the statement itself are passed on; their connection can still
 * be used.
 */
export function postgresFailure(error: unknown, connectionLost: boolean): PostgresFailure {
  if (!(error instanceof pg.DatabaseError)) {
    return connectionLost ? { error: unavailable(error), broken: true } : { error, broken: false };
  }
  const { code = "", severity } = error;
  if (code === cancelled) {
    const message = `A statement on PostgreSQL took too long: ${error.message}`;
    return { error: new StoreError("STATEMENT_TIMEOUT", message, { cause: error }), broken: false };
  }
  if (code === lockTimedOut) return { error: timeout(error.message, error), broken: false };
  if (rolledBack.test(code) || isStalePlan(error)) {
    const message = "The transaction was rolled back because of a concurrent one.";
    return { error: new StoreError("TRANSACTION_CONFLICT", message, { cause: error }), broken: false };
  }
  if (constraint.test(code)) {
    // the message omits the error's detail, which quotes values; the name of the constraint is sufficient
    const message = `A statement violates the constraint ${error.constraint ?? code}.`;
    return { error: new StoreError("CONSTRAINT_VIOLATED", message, { cause: error }), broken: false };
  }
  if (notText.test(code)) {
    const message = `Text cannot be stored: ${error.message}.`;
    return { error: new StoreError("PARAMETER_INVALID", message, { cause: error }), broken: false };
  }
  if (serverAtFault.test(code)) return { error: unavailable(error), broken: true };
  return { error, broken: severity === "FATAL" || severity === "PANIC" };
}

/** Creates the error `DATABASE_UNAVAILABLE`, with its cause. */
export function unavailable(cause: unknown): StoreError {
  return new StoreError("DATABASE_UNAVAILABLE", `The PostgreSQL database is not available: ${reasonOf(cause)}`, {
    cause,
  });
}

/** Creates the error `DATABASE_TIMEOUT`. */
export function timeout(reason: string, cause?: unknown): StoreError {
  return new StoreError("DATABASE_TIMEOUT", `The PostgreSQL database did not respond in time: ${reason}`, { cause });
}

/** Returns the reason of an error. If several addresses were tried, the error has an empty message and a code. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || String((cause as NodeJS.ErrnoException).code ?? cause.name);
}
