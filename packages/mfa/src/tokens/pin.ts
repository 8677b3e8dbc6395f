import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";
import type { Passwords } from "../secrets/passwords.js";
import { checkLength } from "../values/limits.js";
import type { TokenType } from "./token-type.js";

/**
 * A PIN as it is stored: null for an empty one; undefined where none is given, and the stored one stays.
 *
 * @throws {MfaError} PARAMETER_INVALID a PIN that is too long
 */
export async function pinHashOf(passwords: Passwords, pin: string | undefined): Promise<string | null | undefined> {
  if (pin === undefined) return undefined;
  return pin === "" ? null : passwords.hash(checkLength("pin", pin));
}

/**
 * Refuses a token without a PIN, if the PIN is all that protects it. Administrators may have such tokens.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkNeededPin({ type, needsPin }: TokenType, pinHash: string | null): void {
  if (needsPin && pinHash === null)
    throw parameterError(problemMessage("is missing or empty", `the PIN of a ${type} token`, "pin"));
}
