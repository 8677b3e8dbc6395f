import * as z from "zod";
import { refuse } from "./refuse.js";

/** The bounds of an integer. */
export interface IntegerOptions {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Creates the schema of an integer, which may be a string: `50`, `"50"`, `"-3"`. */
export function integer({ min, max }: IntegerOptions = {}) {
  const allowed = allowedInteger(min, max);
  return z
    .unknown()
    .transform((value, context): number => {
      const number = typeof value === "string" && /^[+-]?\d+$/.test(value) ? Number(value) : value;
      if (Number.isSafeInteger(number)) {
        const integer = number as number;
        if (integer >= (min ?? integer) && integer <= (max ?? integer)) return integer;
      }
      refuse(context, `must be ${allowed}`);
      return z.NEVER;
    })
    .meta({
      type: ["integer", "string"],
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
      "x-allowed": allowed,
    });
}

function allowedInteger(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `an integer from ${min} to ${max}`;
  if (min !== undefined) return `an integer of at least ${min}`;
  return max === undefined ? "an integer" : `an integer of at most ${max}`;
}
