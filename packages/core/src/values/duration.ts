import { ValueError } from "../contracts/errors.js";
import type { ValueType } from "../contracts/value-type.js";
import { showValue } from "../internal/show-value.js";

const milliseconds: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/** What a duration looks like, for messages. */
export const durationAllowed = "a number and one of s, m, h, d, y (365 days), such as 180d or 7h";

/** Milliseconds of a duration such as `180d`, `5 d`, `+5d`; undefined if it is none. */
export function readDuration(text: string): number | undefined {
  const match = /^\s*\+?(\d{1,9})\s*([smhdy])\s*$/.exec(text);
  return match ? Number(match[1]) * (milliseconds[match[2] as string] as number) : undefined;
}

/** A duration, in milliseconds: `180d`, `7h`, `1y`, also with `s` and `m`. */
export function duration(): ValueType<number> {
  return {
    widget: "str",
    allowed: durationAllowed,
    jsonSchema: { type: "string", pattern: "^\\s*\\+?\\d{1,9}\\s*[smhdy]\\s*$" },
    parse(raw) {
      const found = typeof raw === "string" ? readDuration(raw) : undefined;
      if (found === undefined) throw new ValueError(`${showValue(raw)} is not a duration.`, durationAllowed);
      return found;
    },
  };
}
