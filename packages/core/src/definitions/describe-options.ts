import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { isRecord } from "../internal/is-record.js";
import type { JsonSchema } from "./condition.js";
import type { Action } from "./handler.js";

const jsonSchemas = new WeakMap<Action, JsonSchema>();
const secretOptions = new WeakMap<Action, ReadonlySet<string>>();

/** The JSON Schema of an action's options, as they are stored; an empty one if neither the action nor its library gives one. */
export function optionsJsonSchemaOf(action: Action): JsonSchema {
  return memoised(jsonSchemas, action, () => action.optionsJsonSchema ?? fromLibrary(action.options) ?? {});
}

/** Names of the options whose values nobody may read: those with `x-secret`, be it deep inside. */
export function secretOptionsOf(action: Action): ReadonlySet<string> {
  return memoised(secretOptions, action, () => {
    const schema = optionsJsonSchemaOf(action);
    const properties = Object.entries(propertiesOf(schema));
    return new Set(properties.filter(([, property]) => hasSecret(property, schema, new Set())).map(([name]) => name));
  });
}

/** The options with `***` for each secret. Without an action (it is not registered) every option counts as one. */
export function redactOptions(
  action: Action | undefined,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const secrets = action && secretOptionsOf(action);
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, !secrets || secrets.has(name) ? "***" : value]),
  );
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, unknown>> {
  return isRecord(properties) ? properties : {};
}

function memoised<V>(memo: WeakMap<Action, V>, action: Action, make: () => V): V {
  let value = memo.get(action);
  if (value === undefined) {
    value = make();
    memo.set(action, value);
  }
  return value;
}

/** What the library of a schema says, if it speaks Standard JSON Schema. */
function fromLibrary({ "~standard": standard }: StandardSchemaV1): JsonSchema | undefined {
  const { jsonSchema }: Partial<StandardJSONSchemaV1.Props> = standard;
  return jsonSchema?.input({ target: "draft-2020-12" });
}

function hasSecret(schema: unknown, root: JsonSchema, seen: Set<unknown>): boolean {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return false;
  seen.add(schema);
  if (isRecord(schema)) {
    if (schema["x-secret"] === true) return true;
    if (typeof schema.$ref === "string" && hasSecret(definitionOf(schema.$ref, root), root, seen)) return true;
  }
  return Object.values(schema).some((part) => hasSecret(part, root, seen));
}

/** What `#/$defs/name` points to. */
function definitionOf(ref: string, root: JsonSchema): unknown {
  const path = ref.replace(/^#\/?/, "").split("/").filter(Boolean);
  return path.reduce<unknown>((at, key) => {
    const name = decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
    return isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }, root);
}
