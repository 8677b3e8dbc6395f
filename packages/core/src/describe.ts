import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonSchema } from "./condition.js";
import type { Action } from "./handler.js";

const jsonSchemas = new WeakMap<Action, JsonSchema>();

/** The JSON Schema of an action's options, as they are stored. An empty one if neither the action nor its library gives one. */
export function optionsJsonSchemaOf(action: Action): JsonSchema {
  let schema = jsonSchemas.get(action);
  if (!schema) {
    schema = action.optionsJsonSchema ?? fromLibrary(action.options) ?? {};
    jsonSchemas.set(action, schema);
  }
  return schema;
}

/** Names of the options whose values nobody may read: those with `x-secret`. */
export function secretOptionsOf(action: Action): ReadonlySet<string> {
  const { properties } = optionsJsonSchemaOf(action);
  const names = new Set<string>();
  for (const [name, property] of Object.entries(isRecord(properties) ? properties : {})) {
    if (isRecord(property) && property["x-secret"] === true) names.add(name);
  }
  return names;
}

/** The options with `***` for each secret; without an action (it is not registered), every one counts as secret. */
export function redactOptions(
  action: Action | undefined,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const secrets = action && secretOptionsOf(action);
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, !secrets || secrets.has(name) ? "***" : value]),
  );
}

function fromLibrary(schema: StandardSchemaV1): JsonSchema | undefined {
  const standard = schema["~standard"] as {
    readonly jsonSchema?: { input(options: { target: string }): JsonSchema };
  };
  return standard.jsonSchema?.input({ target: "draft-2020-12" });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
