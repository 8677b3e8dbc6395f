import { z } from "zod";

/** Named schemas, which become components of the OpenAPI document. */
export const components = z.registry<{ readonly id: string }>();

/** Registers the name of a schema in the OpenAPI document. */
export function component<S extends z.ZodType>(id: string, schema: S): S {
  components.add(schema, { id });
  return schema;
}
