import { text, timedTemplate, withDefault } from "@bookend/zod";
import { z } from "zod";

/** Name of an info field, taken as it is. */
export const infoKey = text({ maxLength: 255 }).refine(
  (key) => !["__proto__", "constructor", "prototype"].includes(key),
  { error: "must be a name of 1 to 255 characters other than __proto__, constructor, prototype" },
);

/** Options of `set container info` and `add container info`. */
export const infoOptions = z.strictObject({
  key: infoKey.describe("Name of the field."),
  value: withDefault(timedTemplate(), "").describe(
    "Its value. {now} and {current_time} are the time of the call, also with an offset: {now} - 12d, {now}+2w.",
  ),
});

/** Parsed options of `set container info` and `add container info`. */
export type InfoOptions = z.output<typeof infoOptions>;
