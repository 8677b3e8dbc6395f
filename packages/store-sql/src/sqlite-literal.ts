import { StoreError } from "./errors.js";
import { sqliteParameter } from "./sqlite-parameter.js";

/**
 * Returns a value as it is written in the text of a SQLite statement, for statements that run only once. Passing the
 * values of a row to libsql takes four times as long, and blocks the event loop.
 *
 * @throws {StoreError} PARAMETER_INVALID for a value that cannot be stored, or for a fraction with more than three
 * decimals
 */
export function sqliteLiteral(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return textLiteral(value);
  if (Number.isSafeInteger(value)) return String(value);
  const known = sqliteParameter(value);
  return typeof known === "number" ? fractionLiteral(known) : String(known);
}

function textLiteral(text: string): string {
  // a NUL character would end the statement
  sqliteParameter(text);
  // the quote is the only character with a special meaning; two of them stand for one
  return text.includes("'") ? `'${text.replaceAll("'", "''")}'` : `'${text}'`;
}

/**
 * Returns a division of two whole numbers, which has the same result in SQLite as in JavaScript. SQLite would read a
 * number with decimals only approximately, and the hash of a row covers the exact number.
 */
function fractionLiteral(value: number): string {
  const thousandths = Math.round(value * 1000);
  if (Number.isSafeInteger(thousandths) && thousandths / 1000 === value) return `${thousandths}/1000.0`;
  throw new StoreError("PARAMETER_INVALID", "A number with more than three decimals cannot be written in a statement.");
}
