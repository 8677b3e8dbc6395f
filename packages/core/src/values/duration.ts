import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { problemMessage } from "../internal/problem-message.js";
import { showValue } from "../internal/show-value.js";

const milliseconds: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/** The form of a duration, for messages. */
export const durationAllowed = "a number and one of s, m, h, d, y (365 days), such as 180d or 7h";

/** Reads the milliseconds of a duration such as `180d`, `5 d`, `+5d`; undefined if it is not one. */
export function readDuration(text: string): number | undefined {
  const match = /^\s*\+?(\d{1,9})\s*([smhdy])\s*$/.exec(text);
  return match ? Number(match[1]) * (milliseconds[match[2] as string] as number) : undefined;
}

/** Bounds of a duration, themselves given as durations: `{ min: "1s", max: "1y" }`. */
export interface DurationOptions {
  /** Minimum duration. @default "0s" */
  readonly min?: string | undefined;
  /** Maximum duration. @default limited only to nine digits */
  readonly max?: string | undefined;
}

/**
 * Creates the value type of a duration, in milliseconds: `180d`, `7h`, `1y`; `s` and `m` are also units.
 *
 * @throws {RangeError} if a bound is not a duration
 */
export function duration({ min = "0s", max }: DurationOptions = {}): ValueType<number> {
  const minMs = boundOf(min);
  const maxMs = max === undefined ? Number.POSITIVE_INFINITY : boundOf(max);
  const least = minMs > 0 ? `, from ${min}` : "";
  const most = max === undefined ? "" : `${least === "" ? "," : ""} to ${max}`;
  const allowed = `${durationAllowed}${least}${most}`;
  return {
    widget: "str",
    allowed,
    jsonSchema: { type: "string", pattern: "^\\s*\\+?\\d{1,9}\\s*[smhdy]\\s*$" },
    parse(raw) {
      const found = typeof raw === "string" ? readDuration(raw) : undefined;
      if (found === undefined) throw new ValueError(`${showValue(raw)} is not a duration.`, allowed);
      if (found < minMs) throw new ValueError(`${showValue(raw)} is too short.`, allowed);
      if (found > maxMs) throw new ValueError(`${showValue(raw)} is too long.`, allowed);
      return found;
    },
  };
}

function boundOf(text: string): number {
  const bound = readDuration(text);
  if (bound === undefined)
    throw new RangeError(problemMessage(`${showValue(text)} is not a duration`, durationAllowed));
  return bound;
}
