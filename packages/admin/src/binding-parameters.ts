import { z } from "zod";

/** The fields of a binding as a client sends them. Core checks them and lists the allowed values. */
export const givenFields = {
  name: z.string(),
  event: z.union([z.array(z.string()), z.string()]),
  handlermodule: z.string(),
  action: z.string(),
  position: z.enum(["pre", "post"]).optional(),
  ordering: z.int().optional(),
  active: z.boolean().optional(),
  abort_on_error: z.boolean().nullish().describe("null: the default of the handler."),
  conditions: z.record(z.string(), z.unknown()).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  delivery: z.enum(["inline", "durable"]).optional(),
};

/** A complete binding in a request. */
export const givenBinding = z.strictObject(givenFields);

/** Parameters of `POST /` and `POST /check`; `option.<name>` sets a single option. */
export const bindingParameters = z.strictObject({
  ...z.strictObject(givenFields).partial().shape,
  id: z.int().optional(),
  revision: z.int().optional(),
  clear_options: z.boolean().optional(),
});

/** Parameters of `PATCH /<id>`; null removes an option or a condition. */
export const patchParameters = z.strictObject({
  ...z.strictObject(givenFields).partial().shape,
  revision: z.int().optional(),
});
