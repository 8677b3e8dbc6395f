import { type DurationOptions, duration as durationType, problemMessage, ValueError } from "@bookend/core";
import * as z from "zod";
import { refuse } from "./refuse.js";
import { text } from "./text.js";

/**
 * Creates the schema of a duration such as `10m` or `7h`, in milliseconds.
 *
 * @throws {RangeError} if a bound is not a duration
 */
export function duration(options: DurationOptions = {}) {
  const type = durationType(options);
  return text()
    .transform((value, context): number => {
      try {
        return type.parse(value) as number;
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        refuse(context, problemMessage(error.message, error.allowed));
        return z.NEVER;
      }
    })
    .meta({ "x-allowed": type.allowed });
}
