import { invalidValue } from "../errors/invalid-value.js";

/** The position after a page of a list, given by the values that order its last row. */
export interface ListPlace {
  /** The order of the list. */
  readonly sortBy: string;
  readonly descending: boolean;
  /** The values of the last row: that of the sort column, and the serial. */
  readonly value: string | number;
  readonly serial: string;
}

/** Encodes a position for clients. */
export function cursorOf({ sortBy, descending, value, serial }: ListPlace): string {
  return Buffer.from(JSON.stringify([sortBy, descending, value, serial])).toString("base64url");
}

/**
 * Decodes a position that a client sent back; `kind` is the type of the sort column.
 *
 * @throws {MfaError} PARAMETER_INVALID if the cursor is not valid, or belongs to a different order than the requested
 * one
 */
export function placeOf(
  cursor: string,
  { sortBy, descending, kind }: Pick<ListPlace, "sortBy" | "descending"> & { readonly kind: "string" | "number" },
): ListPlace {
  const place = parse(cursor);
  const isOurs = place?.sortBy === sortBy && place.descending === descending && typeof place.value === kind;
  if (isOurs) return place;
  throw invalidValue("cursor", cursor, "the cursor of a page of the same list in the same order");
}

function parse(cursor: string): ListPlace | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const [sortBy, descending, value, serial] = parts as readonly unknown[];
  if (typeof sortBy !== "string" || typeof descending !== "boolean" || typeof serial !== "string") return undefined;
  if (typeof value !== "string" && !(typeof value === "number" && Number.isSafeInteger(value))) return undefined;
  // PostgreSQL refuses queries with NUL
  if (`${value}${serial}`.includes("\0")) return undefined;
  return { sortBy, descending, value, serial };
}
