import { createHash } from "node:crypto";

/** Returns a value that changes with a stored password hash, and reveals nothing about it. */
export function versionOf(hash: string): string {
  return createHash("sha256").update("bookend credential").update(hash).digest("base64url");
}
