import { StoreError } from "./errors.js";

/** A value that libsql binds correctly. */
export type SqliteValue = string | number | bigint | null;

/**
 * Returns a parameter in a form that libsql binds correctly. By itself, libsql ends the process for a boolean,
 * truncates strings at a NUL character, binds integers as floating-point numbers, stores null for `NaN`, and reads
 * binary data as a different type than PostgreSQL. Values that cannot be converted are refused.
 *
 * @throws {StoreError} PARAMETER_INVALID; the message does not contain the value.
 */
export function sqliteParameter(value: unknown): SqliteValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") {
    if (value.includes("\0")) throw new StoreError("PARAMETER_INVALID", "Text with a NUL character cannot be stored.");
    return value;
  }
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return BigInt(value);
    if (Number.isFinite(value)) return value;
  }
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  const kind = typeof value === "object" ? "An object" : `This value of type ${typeof value}`;
  throw new StoreError(
    "PARAMETER_INVALID",
    `${kind} cannot be stored; write booleans with toFlag, dates with getTime(), binary data in base64.`,
  );
}
