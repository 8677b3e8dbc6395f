import { ValueError } from "../contracts/errors.js";
import { showValue } from "../internal/show-value.js";

/**
 * Returns the trimmed string of a value that is stored as a string or a number.
 *
 * @throws {ValueError} VALUE_INVALID for anything else
 */
export function textOf(raw: unknown, allowed: string): string {
  if (typeof raw === "string") return raw.trim();
  if (typeof raw === "number" && Number.isFinite(raw)) return String(raw);
  throw new ValueError(`${showValue(raw)} is not a string.`, allowed);
}

/**
 * Returns the entries of a comma-separated string or of an array: trimmed, with empty ones omitted.
 *
 * @throws {ValueError} VALUE_INVALID if none is left
 */
export function entriesOf(raw: unknown, allowed: string): readonly string[] {
  const entries = Array.isArray(raw) ? raw.map((entry) => textOf(entry, allowed)) : textOf(raw, allowed).split(",");
  const found = entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (found.length === 0) throw new ValueError("The list is empty.", allowed);
  return found;
}

/** JSON Schema of a list that is stored as a comma-separated string or as an array. */
export const listSchema = {
  anyOf: [
    { type: "string", minLength: 1 },
    { type: "array", items: { type: "string" }, minItems: 1 },
  ],
} as const;
