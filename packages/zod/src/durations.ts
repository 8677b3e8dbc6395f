import { type DurationOptions, duration as durationType, problemMessage, ValueError } from "@bookend/core";
import * as z from "zod";
import { refuse } from "./refuse.js";
import { text } from "./text.js";

/** The limits for each duration of a list, and for their number. */
export interface DurationsOptions extends DurationOptions {
  /** Maximum number of durations. Default 100. */
  readonly maxItems?: number | undefined;
}

/**
 * Creates the schema of a comma-separated list of durations such as `5s, 5m, 2h`, in milliseconds.
 *
 * @throws {RangeError} if a bound is not a duration
 */
export function durations({ maxItems = 100, ...bounds }: DurationsOptions = {}) {
  const type = durationType(bounds);
  const allowed = `1 to ${maxItems} durations, separated by commas, each ${type.allowed}`;
  return text()
    .transform((value, context): readonly number[] => {
      // one item beyond the limit is enough to detect that there are too many
      const pieces = value.split(",", maxItems + 1);
      try {
        if (pieces.length > maxItems) throw new ValueError(`has more than ${maxItems} durations.`, allowed);
        return pieces.map((piece) => type.parse(piece.trim()) as number);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        refuse(context, problemMessage(error.message, allowed));
        return z.NEVER;
      }
    })
    .meta({ "x-allowed": allowed });
}
