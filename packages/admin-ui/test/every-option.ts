import { form, optional, text } from "@bookend/zod";
import { z } from "zod";

const node = z.object({
  label: z.string(),
  get left() {
    return node.optional();
  },
  get right() {
    return node.optional();
  },
});

/** Options of each kind that a third party's schema can have. */
export const everyOption = z.object({
  title: text().describe("A string."),
  color: z.enum(["red", "green"]).describe("One of a few."),
  amount: optional(z.number().int().min(1).max(10)).describe("A number."),
  urgent: z.boolean().default(false).describe("A flag."),
  password: optional(text().meta({ "x-secret": true })).describe("A secret."),
  day: optional(z.iso.date()).describe("A day."),
  names: z.array(z.string()).optional().describe("A list of names."),
  address: z
    .object({ street: z.string(), country: z.object({ code: z.enum(["DE", "FR"]) }).optional() })
    .optional()
    .describe("An object in an object."),
  lines: z
    .array(z.object({ text: z.string(), count: z.number().int() }))
    .optional()
    .describe("A list of objects."),
  either: z
    .union([z.number(), z.object({ low: z.number(), high: z.number() })])
    .optional()
    .describe("A number, or an object."),
  tree: node.optional().describe("An object that has others of its kind."),
  note: optional(text().meta(form({ visibleIf: { option: "color", value: "green" } }))).describe("Only for green."),
});
