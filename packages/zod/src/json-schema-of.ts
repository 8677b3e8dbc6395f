import type { JsonSchema } from "@bookend/core";
import * as z from "zod";

/**
 * Returns the JSON Schema of an action's options, for `optionsJsonSchema`. Needed only with zod 4.0 and 4.1; later
 * versions describe schemas themselves.
 */
export function jsonSchemaOf(options: z.ZodType): JsonSchema {
  return z.toJSONSchema(options, { io: "input", target: "draft-2020-12" }) as JsonSchema;
}
