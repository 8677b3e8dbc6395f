import { readInstant } from "./instant.js";

/** One side of a comparison: a string, with the number or the instant that it can be read as. */
export interface Comparable {
  readonly text: string;
  readonly number?: number | undefined;
  /** Milliseconds since 1970. */
  readonly instant?: number | undefined;
}

/** A decimal number; one with more than 100 digits on either side of the point is compared as a string. */
const decimal = /^[+-]?\d{1,100}(?:\.\d{1,100})?$/;

/** Reads a string as a number or a date, if it is one. */
export function comparable(text: string): Comparable {
  return { text, number: readNumber(text), instant: readInstant(text) };
}

/**
 * Compares a string with a value: as numbers if both are, as instants if both are ISO 8601, otherwise as strings by
 * code point. Negative: the string comes before the value; 0: they are equal; positive: it comes after the value.
 */
export function compareWith(text: string, other: Comparable): number {
  if (other.number !== undefined) {
    const number = readNumber(text);
    if (number !== undefined) return compareNumbers(text, number, other.text, other.number);
  } else if (other.instant !== undefined) {
    const instant = readInstant(text);
    if (instant !== undefined) return instant - other.instant;
  }
  return compareCodePoints(text, other.text);
}

/**
 * Returns a key that is the same for all strings that `compareWith` finds equal, such as `05` and `5`, or the same
 * instant with different offsets. Integers beyond 2^53 can share a key even if they differ.
 */
export function equalityKey(text: string): string {
  const { number, instant } = comparable(text);
  if (number !== undefined) return `n${number}`;
  return instant === undefined ? `s${text}` : `d${instant}`;
}

/**
 * Compares strings by code point; JavaScript's `<` compares UTF-16 code units, which gives a different order above
 * U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Ranks surrogates, which stand for U+10000 and above, after U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function readNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  // cheaper than the regular expression: a number begins with a digit or a sign, and most strings that are compared do
  // not
  if (!((first >= 48 && first <= 57) || first === 43 || first === 45)) return undefined;
  return decimal.test(text) ? Number(text) : undefined;
}

function compareNumbers(aText: string, a: number, bText: string, b: number): number {
  if (a !== b || Math.abs(a) <= Number.MAX_SAFE_INTEGER) return a - b;
  // different long integers can be the same double
  if (aText.includes(".") || bText.includes(".")) return 0;
  const difference = integer(aText) - integer(bText);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Converts a string to an integer, without a plus sign, which `BigInt` does not accept. */
function integer(text: string): bigint {
  return BigInt(text.startsWith("+") ? text.slice(1) : text);
}
