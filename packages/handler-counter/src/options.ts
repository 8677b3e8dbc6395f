import { flag, text, withDefault } from "@bookend/zod";
import { z } from "zod";

/** Options of `increase_counter` and `reset_counter`. */
export const counterOptions = z.strictObject({
  counter_name: text({ maxLength: 80 }).describe("Name of the counter. A new counter starts at zero."),
});

/** Options of `decrease_counter`. */
export const decreaseOptions = counterOptions.extend({
  allow_negative_values: withDefault(flag(), false).describe("Whether the counter may fall below zero. Default: no."),
});
