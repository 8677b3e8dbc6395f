import { z } from "zod";

/** Schemas with a name: components of the OpenAPI document. */
export const components = z.registry<{ readonly id: string }>();

/** Gives a schema its name in the OpenAPI document. */
export function component<S extends z.ZodType>(id: string, schema: S): S {
  components.add(schema, { id });
  return schema;
}
