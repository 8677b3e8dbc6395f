import { randomBytes } from "node:crypto";
import { parameterError } from "../errors/mfa-error.js";
import { randomText, readable } from "../secrets/random.js";
import type { ParameterReader } from "../values/parameter-reader.js";
import { tokenBounds } from "./changes.js";
import type { TokenChanges } from "./types.js";

/** Parameters of `/token/set` that only admins may use. Users may set the PIN and the description of their tokens. */
export const tokenLimitParameters = [
  "max_failcount",
  "count_window",
  "sync_window",
  "hashlib",
  "validity_period_start",
  "validity_period_end",
  "count_auth_max",
  "count_auth_success_max",
] as const;

/** The names of these parameters in privacyIDEA's older clients. */
export const tokenLimitAliases = {
  max_failcount: ["maxFailCount", "MaxFailCount"],
  count_window: ["countWindow", "CountWindow", "CounterWindow"],
  sync_window: ["syncWindow", "SyncWindow"],
  validity_period_start: ["validityPeriodStart"],
  validity_period_end: ["validityPeriodEnd"],
  count_auth_max: ["countAuthMax"],
  count_auth_success_max: ["countAuthSuccessMax"],
} as const;

/**
 * Returns the changes that the parameters of `/token/set` request.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function tokenChangesOf(parameters: ParameterReader): TokenChanges {
  const changes: TokenChanges = {
    pin: parameters.text("pin"),
    description: parameters.text("description"),
    maxFailCount: parameters.integer("max_failcount", 1, tokenBounds.maxFailCount[1]),
    countWindow: parameters.integer("count_window", ...tokenBounds.countWindow),
    syncWindow: parameters.integer("sync_window", ...tokenBounds.syncWindow),
    hashlib: parameters.text("hashlib"),
    validFrom: parameters.text("validity_period_start"),
    validUntil: parameters.text("validity_period_end"),
    countAuthMax: parameters.integer("count_auth_max", ...tokenBounds.countAuthMax),
    countAuthSuccessMax: parameters.integer("count_auth_success_max", ...tokenBounds.countAuthSuccessMax),
  };
  if (Object.values(changes).every((value) => value === undefined)) {
    throw parameterError("Missing parameter: pin, description or a limit to set");
  }
  return changes;
}

/** Generates a new PIN of eight characters that are not easily confused. */
export function randomPin(): string {
  return randomText(randomBytes, readable, 8);
}
