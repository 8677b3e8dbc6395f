import { parseTimedTemplate, problemMessage, type TimedTemplate, timeTags, ValueError } from "@bookend/core";
import * as z from "zod";
import { refuse } from "./refuse.js";
import { limitedText } from "./text.js";

/**
 * Creates the schema of a string with tags and times, parsed into a `TimedTemplate`: `seen {now}`, `{current_time} +
 * 5d`. An empty string is allowed. A string that looks like a time but is not valid is refused.
 */
export function timedTemplate() {
  return limitedText({ minLength: 0, maxLength: 2_000 })
    .transform((source, context): TimedTemplate => {
      try {
        return parseTimedTemplate(source);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        refuse(context, problemMessage(error.message, error.allowed));
        return z.NEVER;
      }
    })
    .meta({ "x-tags": timeTags });
}
