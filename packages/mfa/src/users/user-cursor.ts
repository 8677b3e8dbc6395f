import { invalidValue } from "../errors/invalid-value.js";
import type { UserRecord } from "./types.js";

/** Users of a page, and of an answer without pages. */
export const maxUserPage = 5_000;

/** Where a page of users ends. */
export interface UserPlace {
  readonly realm: string;
  readonly resolver: string;
  readonly login: string;
}

/** The place behind a user as clients hand it back. */
export function userCursor({ realm, resolver, login }: UserRecord): string {
  return Buffer.from(JSON.stringify([realm, resolver, login])).toString("base64url");
}

/**
 * The place that a client handed back.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function userPlaceOf(cursor: string): UserPlace {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // below
  }
  const isOurs =
    Array.isArray(parts) &&
    parts.length === 3 &&
    parts.every((part) => typeof part === "string" && !part.includes("\0"));
  if (!isOurs) throw invalidValue("cursor", cursor, "the cursor of a page of users");
  const [realm = "", resolver = "", login = ""] = parts as readonly string[];
  return { realm, resolver, login };
}
