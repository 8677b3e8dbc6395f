import { choice, template, text, withDefault } from "@bookend/zod";
import { z } from "zod";

/** Options of `logging`. */
export const loggingOptions = z.strictObject({
  name: withDefault(text({ maxLength: 255 }), "pi-eventlogger").describe(
    "Name of the logger. Default: pi-eventlogger.",
  ),
  level: withDefault(choice(["ERROR", "WARNING", "INFO", "DEBUG"]), "INFO").describe(
    "Level of the entry. Default: INFO.",
  ),
  message: withDefault(template({ multiline: true }), "event={action} triggered").describe(
    "Text of the entry, with tags. Default: event={action} triggered.",
  ),
});
