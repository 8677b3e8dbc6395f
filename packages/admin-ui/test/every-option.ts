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

/** Options of each kind that a third party's schema can contain. */
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
  start: optional(z.iso.datetime()).describe("A time."),
  matrix: z.array(z.array(z.number())).optional().describe("A list of lists."),
  mode: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("once"), at: z.string() }),
      z.object({ kind: z.literal("often"), every: z.number() }),
    ])
    .optional()
    .describe("One of two objects."),
  extra: z.record(z.string(), z.string()).optional().describe("Names and values."),
  constructor: optional(text()).describe(
    `An option whose name every object has, with a long description. ${"It says the same again, at length. ".repeat(40)}`,
  ),
  toString: z.enum(["yes", "no"]).optional().describe("Another option whose name every object has."),
  tree: node.optional().describe("An object that contains objects of the same kind."),
  note: optional(text().meta(form({ visibleIf: { option: "color", value: "green" } }))).describe("Only for green."),
});

/** The cities of `manyOptions`. */
export const cities = Array.from({ length: 5_000 }, (_, index) => `City ${index}`);

/** 500 options, one of them with 5,000 values. */
export const manyOptions = z.object({
  city: z.enum(cities).optional().describe("One of thousands."),
  ...Object.fromEntries(
    Array.from({ length: 499 }, (_, index) => {
      const name = `option_${index}`;
      if (index % 5 === 1) return [name, z.boolean().default(false).describe(`Flag ${index}.`)];
      if (index % 5 === 2) return [name, optional(z.number().int()).describe(`Number ${index}.`)];
      if (index % 5 === 3) return [name, z.enum(["a", "b", "c"]).optional().describe(`Choice ${index}.`)];
      return [name, optional(text()).describe(`Text ${index}.`)];
    }),
  ),
});
