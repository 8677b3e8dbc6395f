import type { Parameters } from "../target/target.js";
import { isRecord } from "../target/transport.js";

type Schema = Readonly<Record<string, unknown>>;

/**
 * Returns a JSON Schema for binding files, for completion in editors, generated from the descriptions of the handlers.
 */
export function bindingSchema(handlers: readonly Parameters[]): Schema {
  const conditions = new Map<string, Schema>();
  for (const handler of handlers) {
    for (const { name, value } of listOf(handler.conditions)) conditions.set(String(name), cleaned(value));
  }
  const position = {
    enum: ["pre", "post"],
    default: "post",
    description: "Whether the action runs before or after the call is processed.",
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Bindings of Bookend",
    type: "object",
    required: ["bindings"],
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      bindings: {
        type: "object",
        description: "Bindings by their names.",
        additionalProperties: { $ref: "#/definitions/binding" },
      },
    },
    definitions: {
      binding: {
        type: "object",
        required: ["event", "handlermodule", "action"],
        additionalProperties: false,
        properties: {
          event: {
            description: "The events that the binding is bound to.",
            anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }],
          },
          handlermodule: {
            description: "The id of the handler.",
            anyOf: [{ enum: handlers.map(({ id }) => id) }, { type: "string" }],
          },
          action: { type: "string" },
          position,
          ordering: { type: "integer", default: 0, description: "Bindings of an event run in ascending order." },
          active: { type: "boolean", default: true },
          abort_on_error: {
            type: ["boolean", "null"],
            default: null,
            description: "Whether a failing action makes the call fail; null: the default of the handler.",
          },
          delivery: { enum: ["inline", "durable"], default: "inline" },
          conditions: {
            type: "object",
            description: "Conditions that must all be fulfilled.",
            properties: Object.fromEntries([...conditions].sort(([one], [other]) => (one < other ? -1 : 1))),
          },
          options: { type: "object", description: "Options of the action." },
        },
        allOf: handlers.flatMap(rulesOf),
      },
    },
  };
}

/** Returns the rules for bindings of a handler: which actions are allowed, and which options each action has. */
function rulesOf(handler: Parameters): readonly Schema[] {
  const actions = listOf(handler.actions);
  if (actions.length === 0) return [];
  const isHandler = { handlermodule: { const: handler.id } };
  const required = ["handlermodule", "action"];
  return [
    {
      if: { properties: isHandler, required: ["handlermodule"] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { action: { enum: actions.map(({ name }) => name) } } },
    },
    ...actions.map(({ name, options }) => ({
      if: { properties: { ...isHandler, action: { const: name } }, required },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { options: cleaned(options) } },
    })),
  ];
}

/** Removes the parts of a schema that only forms need, or that depend on the current state of a server. */
function cleaned(schema: unknown): Schema {
  return isRecord(schema) ? (withoutExtensions(schema) as Schema) : {};
}

function withoutExtensions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith("x-") && name !== "$schema")
      .map(([name, inner]) => [name, withoutExtensions(inner)]),
  );
}

function listOf(value: unknown): readonly Parameters[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
