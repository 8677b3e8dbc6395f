import { type DurationOptions, duration as durationType, problemMessage, ValueError } from "@bookend/core";
import * as z from "zod";
import { refuse } from "./refuse.js";
import { text } from "./text.js";

/** The limits of a list of durations: of each, and of their number. */
export interface DurationsOptions extends DurationOptions {
  /** Default 100. */
  readonly maxItems?: number | undefined;
}

/**
 * A comma-separated list of durations such as `5s, 5m, 2h`, in milliseconds.
 *
 * @throws {RangeError} for a bound that is not a duration
 */
export function durations({ maxItems = 100, ...bounds }: DurationsOptions = {}) {
  const type = durationType(bounds);
  const allowed = `1 to ${maxItems} durations, separated by commas, each ${type.allowed}`;
  return text()
    .transform((value, context): readonly number[] => {
      // one piece too many is enough to know that there are too many
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
