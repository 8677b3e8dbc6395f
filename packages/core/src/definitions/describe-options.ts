import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonSchema } from "../contracts/value-type.js";
import { hasFieldNamed, isInherited } from "../internal/field-names.js";
import type { Action } from "./handler.js";
import { type Redaction, redactionBy } from "./redaction.js";

const jsonSchemas = new WeakMap<Action, JsonSchema>();
const inheriting = new WeakMap<Action, boolean>();
const redactions = new WeakMap<Action, Redaction>();
const hidesEverything = redactionBy(undefined);

/**
 * Returns the JSON Schema of an action's stored options; an empty one if neither the action nor its library provides
 * one.
 */
export function optionsJsonSchemaOf(action: Action): JsonSchema {
  return memoised(jsonSchemas, action, () => action.optionsJsonSchema ?? fromLibrary(action.options) ?? {});
}

/**
 * Returns whether an option of an action, or a field within one, has a name that every object inherits, such as
 * `constructor`.
 */
export function inheritsOptionNames(action: Action): boolean {
  return memoised(inheriting, action, () => hasFieldNamed(optionsJsonSchemaOf(action), isInherited));
}

/** Returns the redaction of an action's options. If the action is not registered, every option counts as secret. */
export function redactionOf(action: Action | undefined): Redaction {
  return action ? memoised(redactions, action, () => redactionBy(optionsJsonSchemaOf(action))) : hidesEverything;
}

/**
 * Returns the names of the options marked `x-secret`, at any depth: their values, or parts of them, are never shown.
 */
export function secretOptionsOf(action: Action): ReadonlySet<string> {
  return redactionOf(action).names;
}

/** Returns the options with `***` for each secret. If the action is not registered, every option counts as secret. */
export function redactOptions(
  action: Action | undefined,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return redactionOf(action).redact(options);
}

function memoised<V>(memo: WeakMap<Action, V>, action: Action, make: () => V): V {
  let value = memo.get(action);
  if (value === undefined) {
    value = make();
    memo.set(action, value);
  }
  return value;
}

/** Returns the schema as described by its library, if that supports Standard JSON Schema. */
function fromLibrary({ "~standard": standard }: StandardSchemaV1): JsonSchema | undefined {
  const { jsonSchema }: Partial<StandardJSONSchemaV1.Props> = standard;
  return jsonSchema?.input({ target: "draft-2020-12" });
}
