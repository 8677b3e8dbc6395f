import { z } from "zod";
import { component } from "./component.js";

const position = z.enum(["pre", "post"]);
const jsonSchema = component("JsonSchema", z.record(z.string(), z.unknown()).describe("JSON Schema, draft 2020-12."));

/** An action of a handler. */
export const actionAnswer = component(
  "ActionDescription",
  z.strictObject({
    name: z.string(),
    description: z.string(),
    positions: z.array(position),
    options: jsonSchema,
  }),
);

/** A condition that bindings of a handler may have. */
export const conditionAnswer = component(
  "ConditionDescription",
  z.strictObject({
    name: z.string(),
    group: z.string(),
    description: z.string(),
    widget: z.enum(["str", "multi", "regexp"]),
    allowed: z.string(),
    positions: z.array(position),
    value: jsonSchema,
  }),
);

/** A handler with its actions and conditions. */
export const handlerAnswer = component(
  "HandlerDescription",
  z.strictObject({
    id: z.string(),
    description: z.string(),
    positions: z.array(position),
    abort_on_error: z.boolean(),
    actions: z.array(actionAnswer),
    conditions: z.array(conditionAnswer),
  }),
);

/** A tag of a template. */
export const tagAnswer = component(
  "TagDescription",
  z.strictObject({
    name: z.string(),
    description: z.string(),
    secret: z.boolean(),
    path: z
      .literal(true)
      .optional()
      .describe("Set if the name is a prefix: in a template, the name of a parameter, a header, … follows it."),
  }),
);

/** An event of the host. */
export const eventAnswer = component(
  "EventDescription",
  z.strictObject({ name: z.string(), description: z.string().optional() }),
);

/** A handler, and the tags of its templates. */
export const handlerWithTagsAnswer = component("HandlerWithTags", handlerAnswer.extend({ tags: z.array(tagAnswer) }));
