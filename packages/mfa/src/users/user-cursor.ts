import { invalidValue } from "../errors/invalid-value.js";
import type { UserRecord } from "./types.js";

/** Maximum number of users on a page, and in a response without pages. */
export const maxUserPage = 5_000;

/** The position at which a page of users ends. */
export interface UserPlace {
  readonly realm: string;
  readonly resolver: string;
  readonly login: string;
}

/** Encodes the position after a user for clients. */
export function userCursor({ realm, resolver, login }: UserRecord): string {
  return Buffer.from(JSON.stringify([realm, resolver, login])).toString("base64url");
}

/**
 * Decodes a position that a client sent back.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function userPlaceOf(cursor: string): UserPlace {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // refused below
  }
  const isOurs =
    Array.isArray(parts) &&
    parts.length === 3 &&
    parts.every((part) => typeof part === "string" && !part.includes("\0"));
  if (!isOurs) throw invalidValue("cursor", cursor, "the cursor of a page of users");
  const [realm = "", resolver = "", login = ""] = parts as readonly string[];
  return { realm, resolver, login };
}
