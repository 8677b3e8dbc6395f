import type { Updateable } from "kysely";
import type { TokenTable } from "../database/schema.js";
import { invalidValue } from "../errors/invalid-value.js";
import { checkLength, checkWholeNumber, limits } from "../values/limits.js";
import { maxWindow } from "./info-numbers.js";
import { hashlibs } from "./otp.js";
import type { TokenChanges } from "./types.js";
import { validityEnd } from "./validity.js";

/**
 * Changes of a token in their stored form. `null` removes a tokeninfo field. The PIN is not among them: the caller
 * changes it.
 */
export interface StoredChanges {
  readonly columns: Updateable<TokenTable>;
  readonly info: Readonly<Record<string, string | null>>;
}

/**
 * The minimum and the maximum of each number of a token. The windows are limited so that searching for an OTP does not
 * take long.
 */
export const tokenBounds = {
  maxFailCount: [0, 1_000_000],
  failCount: [-1_000_000, 1_000_000],
  countWindow: [1, maxWindow],
  syncWindow: [1, maxWindow],
  countAuthMax: [0, 1_000_000_000],
  countAuthSuccessMax: [0, 1_000_000_000],
} as const;

/**
 * Checks changes, and converts them to their stored form.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function storedChanges(changes: TokenChanges): StoredChanges {
  for (const [name, [min, max]] of Object.entries(tokenBounds)) {
    const value = changes[name as keyof typeof tokenBounds];
    if (value !== undefined) checkWholeNumber(name, value, min, max);
  }
  const { otpLength, hashlib } = changes;
  if (otpLength !== undefined && otpLength !== 6 && otpLength !== 8) {
    throw invalidValue("otpLength", otpLength, "6, 8");
  }
  if (hashlib !== undefined && !hashlibs.some((each) => each === hashlib)) {
    throw invalidValue("hashlib", hashlib, hashlibs.join(", "));
  }
  return {
    columns: defined({
      description: changes.description && checkLength("description", changes.description, limits.description),
      max_fail_count: changes.maxFailCount,
      fail_count: changes.failCount,
      count_window: changes.countWindow,
      sync_window: changes.syncWindow,
      otp_length: otpLength,
    }),
    info: defined({
      hashlib,
      validity_period_start: validity("validity_period_start", changes.validFrom),
      validity_period_end: validity("validity_period_end", changes.validUntil),
      count_auth_max: changes.countAuthMax?.toString(),
      count_auth_success_max: changes.countAuthSuccessMax?.toString(),
    }),
  };
}

function validity(name: string, value: string | undefined): string | null | undefined {
  return value === "" ? null : value === undefined ? undefined : validityEnd(name, value);
}

function defined<Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}
