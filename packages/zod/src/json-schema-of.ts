import type { JsonSchema } from "@bookend/core";
import * as z from "zod";

/**
 * The JSON Schema of an action's options, for `optionsJsonSchema`. Needed with zod 4.0 and 4.1 only:
 * from zod 4.2 on a schema describes itself.
 */
export function jsonSchemaOf(options: z.ZodType): JsonSchema {
  return z.toJSONSchema(options, { io: "input", target: "draft-2020-12" }) as JsonSchema;
}
