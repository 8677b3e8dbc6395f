import type { Logger } from "@bookend/core";
import { invalidValue } from "../errors/invalid-value.js";
import type { StoredToken } from "./stored-token.js";

/** The range of whole numbers that a tokeninfo field can contain. */
type Range = { readonly min: number; readonly max: number } | { readonly oneOf: readonly number[] };

const tenYears = 10 * 366 * 86_400;
const count: Range = { min: 0, max: 999_999_999_999_999 };

/**
 * Tokeninfo fields that are read as numbers. They are limited, since anyone who can write tokeninfo decides how much
 * work they cause.
 */
const ranges = {
  /** Seconds. */
  timeStep: { oneOf: [30, 60] },
  /** Seconds. */
  timeShift: { min: -tenYears, max: tenYears },
  /** Seconds. */
  timeWindow: { min: 0, max: 1000 },
  otp_list_length: { min: 1, max: 1000 },
  count_auth: count,
  count_auth_max: count,
  count_auth_success: count,
  count_auth_success_max: count,
} as const satisfies Readonly<Record<string, Range>>;

/** A tokeninfo field that is read as a number. */
export type InfoNumber = keyof typeof ranges;

/** Returns the number in a tokeninfo field. A value that is not a whole number or is out of range counts as absent. */
export function infoNumber(info: StoredToken["info"], field: InfoNumber): number | undefined {
  const text = Object.hasOwn(info, field) ? info[field] : undefined;
  return text === undefined ? undefined : numberWithin(text, ranges[field]);
}

/** Returns a stored window, in OTPs, or `fallback` if the window is out of range. */
export function storedWindow(value: number, fallback: number): number {
  return Number.isInteger(value) && value >= 1 && value <= maxWindow ? value : fallback;
}

/** Maximum number of OTPs that a search checks. */
export const maxWindow = 1000;

/**
 * Checks a tokeninfo field before it is written.
 *
 * @throws {MfaError} PARAMETER_INVALID for a field that must be a number but is not, or is out of range
 */
export function checkInfoNumber(field: string, value: string): void {
  if (!isInfoNumber(field) || value === "" || numberWithin(value, ranges[field]) !== undefined) return;
  throw invalidValue(field, value, allowed(ranges[field]));
}

/** Logs the fields of a token that count as absent because they cannot be read. */
export function logUnreadableNumbers(logger: Logger, { row, info }: StoredToken): void {
  for (const field of Object.keys(info).filter(isInfoNumber)) {
    if (info[field] === "" || infoNumber(info, field) !== undefined) continue;
    logger.warn({ serial: row.serial, field }, "A tokeninfo field is out of range and counts as absent.");
  }
}

const isInfoNumber = (field: string): field is InfoNumber => Object.hasOwn(ranges, field);

function numberWithin(text: string, range: Range): number | undefined {
  if (!/^[+-]?\d{1,15}$/.test(text)) return undefined;
  const number = Number(text);
  if ("oneOf" in range) return range.oneOf.includes(number) ? number : undefined;
  return number >= range.min && number <= range.max ? number : undefined;
}

function allowed(range: Range): string {
  return "oneOf" in range ? range.oneOf.join(" or ") : `a whole number from ${range.min} to ${range.max}`;
}
