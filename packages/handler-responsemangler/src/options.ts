import { choice, flag, integer, template } from "@bookend/zod";
import { z } from "zod";
import { parsePointer } from "./json-pointer.js";

const pointer = z
  .string()
  .transform((source, context) => {
    try {
      return parsePointer(source);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  })
  .describe("JSON pointer (RFC 6901) into the response, e.g. /detail/message.");

/** Options of `delete`. */
export const deleteOptions = z.strictObject({ "JSON pointer": pointer });

const valueTypes = ["string", "integer", "bool"] as const;

/** The parsers of values by type. */
const byType = { string: template({ minLength: 0 }), integer: integer(), bool: flag() };

/** Options of `set`. */
export const setOptions = z
  .strictObject({
    "JSON pointer": pointer,
    type: choice(valueTypes).describe("Type of the value."),
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .describe("The value. A string can contain tags; a bool is True or False.")
      .meta({ "x-tags": [], "x-tags-if": { option: "type", value: "string" } }),
  })
  .transform((options, context) => {
    const parsed = byType[options.type].safeParse(options.value);
    if (parsed.success) return { pointer: options["JSON pointer"], value: parsed.data };
    for (const issue of parsed.error.issues) {
      context.addIssue({ code: "custom", path: ["value"], message: issue.message });
    }
    return z.NEVER;
  });
