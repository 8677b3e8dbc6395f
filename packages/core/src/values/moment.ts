import { ValueError } from "../contracts/errors.js";
import { showValue } from "../internal/show-value.js";
import { formatInstant } from "./instant.js";

/** Provides the time of the call. */
export interface MomentClock {
  readonly now: Date;
}

/** A time that is known only during the call, in milliseconds since 1970. */
export type Moment = (clock: MomentClock) => number;

/**
 * A string, split at its moments into literal parts and the offsets of the moments from the time of the call, in
 * milliseconds.
 */
export type MomentParts = readonly (string | { readonly offset: number })[];

/** The form of a moment, for messages. */
export const momentAllowed =
  "{now} or {current_time}, optionally with an offset of whole s, m, h, d, w or y (365 days), such as {now}-180d or {now} + 2w";

const unitMilliseconds: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/**
 * Anything that looks like a moment. A backslash or a second brace before it means that it is not a moment. Spaces
 * inside the braces are matched as well, since `{ now }` was meant as a moment.
 */
const start = /(?<![\\{])\{\s*(?:now|current_time)/gi;

const tag = /\{(?:now|current_time)\}/iy;

/** `M` is not a unit, since it may be meant as months. */
const offset = /\s*([+-])\s*(\d{1,9})([smhdwySHDWY])(?!\w)/y;

/**
 * Text meant as an offset: after a tag, a sign (even a typographic one) before a digit or a dot; after an offset, a
 * further one.
 */
const offsetAttempt = /\s*[+\-\u2010-\u2015\u2212]+\s*[\d.]|\.\d/y;

/** Returns whether a string begins with something that looks like a moment, valid or not. */
export function beginsLikeMoment(text: string): boolean {
  start.lastIndex = 0;
  return start.exec(text)?.index === 0;
}

/**
 * Splits a string at its moments: `{now}`, `{current_time}`, in any letter case, with or without an offset.
 * @throws {ValueError} VALUE_INVALID if something looks like a moment but is not valid, since it would be taken
 * literally.
 */
export function splitMoments(text: string): MomentParts {
  const parts: (string | { readonly offset: number })[] = [];
  let end = 0;
  start.lastIndex = 0;
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const moment = readMomentAt(text, found.index);
    if (found.index > end) parts.push(text.slice(end, found.index));
    parts.push({ offset: moment.offset });
    end = moment.end;
    start.lastIndex = end;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/**
 * Reads the moment that a string represents, if it consists of one; undefined if it does not look like one.
 * @throws {ValueError} VALUE_INVALID if it looks like a moment but is not exactly one.
 */
export function readMoment(text: string): Moment | undefined {
  if (!beginsLikeMoment(text)) return undefined;
  const moment = readMomentAt(text, 0);
  if (moment.end < text.length) throw misread(text);
  return ({ now }) => now.getTime() + moment.offset;
}

/** Returns the string with its moments written out: `2026-03-15T12:00+0000`. */
export function renderMoments(parts: MomentParts, { now }: MomentClock): string {
  return parts.map((part) => (typeof part === "string" ? part : formatInstant(now.getTime() + part.offset))).join("");
}

function readMomentAt(text: string, index: number): { readonly offset: number; readonly end: number } {
  if (!matchesAt(tag, text, index)) throw misread(text.slice(index));
  let end = tag.lastIndex;
  let distance = 0;
  const found = matchesAt(offset, text, end);
  if (found) {
    end = offset.lastIndex;
    const [, sign, number, unit = ""] = found;
    distance = Number(number) * (unitMilliseconds[unit.toLowerCase()] as number) * (sign === "-" ? -1 : 1);
  }
  if (matchesAt(offsetAttempt, text, end)) throw misread(text.slice(index));
  return { offset: distance, end };
}

function matchesAt(sticky: RegExp, text: string, index: number): RegExpExecArray | null {
  sticky.lastIndex = index;
  return sticky.exec(text);
}

function misread(text: string): ValueError {
  return new ValueError(`${showValue(text)} looks like a time of the call, but is not valid.`, momentAllowed);
}
