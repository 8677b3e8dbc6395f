import { readInstant } from "./instant.js";

/** One side of a comparison, with whatever it can be read as. */
export interface Comparable {
  readonly text: string;
  readonly number?: number | undefined;
  /** Milliseconds since 1970. */
  readonly instant?: number | undefined;
}

/** A number, but not one so long that reading it takes time. */
const decimal = /^[+-]?\d{1,100}(?:\.\d{1,100})?$/;

/** Reads a string as the number or the date that it may be. */
export function comparable(text: string): Comparable {
  return { text, number: readNumber(text), instant: readInstant(text) };
}

/**
 * Orders a string against a value: as numbers if both are, as instants if both are ISO 8601, otherwise as strings by code point.
 * Negative: before it; 0: equal; positive: behind it.
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
 * A key that strings which are equal to each other for `compareWith` have in common: `05` and `5`, one instant in two offsets.
 * Integers beyond 2^53 may share a key although they differ.
 */
export function equalityKey(text: string): string {
  const { number, instant } = comparable(text);
  if (number !== undefined) return `n${number}`;
  return instant === undefined ? `s${text}` : `d${instant}`;
}

/** Orders strings by code point; `<` of JavaScript goes by UTF-16 code unit, which differs above U+FFFF. */
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

/** Puts surrogates, which stand for U+10000 and above, behind U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function readNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  // a digit, or a sign before one: most strings that are compared are neither
  if (!((first >= 48 && first <= 57) || first === 43 || first === 45)) return undefined;
  return decimal.test(text) ? Number(text) : undefined;
}

function compareNumbers(aText: string, a: number, bText: string, b: number): number {
  if (a !== b || Math.abs(a) <= Number.MAX_SAFE_INTEGER) return a - b;
  // long integers that are the same double may still differ
  if (aText.includes(".") || bText.includes(".")) return 0;
  const difference = integer(aText) - integer(bText);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `BigInt` takes no plus sign. */
function integer(text: string): bigint {
  return BigInt(text.startsWith("+") ? text.slice(1) : text);
}
