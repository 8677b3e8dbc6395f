import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";
import type { Passwords } from "../secrets/passwords.js";
import { checkLength } from "../values/limits.js";
import type { TokenType } from "./token-type.js";

/**
 * Returns the stored form of a PIN. Null for an empty PIN; undefined if none is given, so that the stored one is kept.
 *
 * @throws {MfaError} PARAMETER_INVALID if the PIN is too long
 */
export async function pinHashOf(passwords: Passwords, pin: string | undefined): Promise<string | null | undefined> {
  if (pin === undefined) return undefined;
  return pin === "" ? null : passwords.hash(checkLength("pin", pin));
}

/**
 * Refuses a token without a PIN if only the PIN protects it. Administrators may create such tokens.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkNeededPin({ type, needsPin }: TokenType, pinHash: string | null): void {
  if (needsPin && pinHash === null)
    throw parameterError(problemMessage("is missing or empty", `the PIN of a ${type} token`, "pin"));
}
