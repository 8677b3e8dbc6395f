import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { Position } from "../contracts/binding.js";
import type { Directories } from "../contracts/directories.js";
import { isRecord } from "../internal/is-record.js";
import type { Condition, ConditionGroup, JsonSchema } from "./condition.js";
import type { Action, Handler } from "./handler.js";
import type { Registry } from "./registry.js";

/** An action as a form needs it. */
export interface ActionDescription {
  readonly name: string;
  readonly description: string;
  readonly positions: readonly Position[];
  /** JSON Schema of the options; `x-choices` of a property: names that exist now, as advice. */
  readonly options: JsonSchema;
}

/** A condition as a form needs it. */
export interface ConditionDescription {
  readonly name: string;
  readonly group: ConditionGroup;
  readonly description: string;
  /** privacyIDEA's widget. */
  readonly widget: "str" | "multi" | "regexp";
  /** What is allowed, in words. */
  readonly allowed: string;
  /** Where its answer can be known. */
  readonly positions: readonly Position[];
  /** JSON Schema of the configured value; `x-choices`: values to choose from. */
  readonly value: JsonSchema;
}

/** A handler as a form needs it. */
export interface HandlerDescription {
  readonly id: string;
  readonly description: string;
  readonly positions: readonly Position[];
  /** What `abortOnError: null` of a binding means. */
  readonly abortOnError: boolean;
  readonly actions: readonly ActionDescription[];
  readonly conditions: readonly ConditionDescription[];
}

/** Describes a handler; undefined if none has this id. Rejects if names to choose from cannot be looked up. */
export async function describeHandler(
  registry: Registry,
  id: string,
  directories: Directories,
): Promise<HandlerDescription | undefined> {
  const handler = registry.handlers.get(id);
  if (!handler) return undefined;
  const [actions, conditions] = await Promise.all([
    Promise.all(Object.entries(handler.actions).map(([name, action]) => actionDescription(handler, name, action))),
    describeConditions(registry, id, directories),
  ]);
  return {
    id,
    description: handler.description,
    positions: handler.positions,
    abortOnError: handler.abortOnError ?? false,
    actions,
    conditions,
  };
}

/** Describes an action; undefined if it does not exist. Rejects if names to choose from cannot be looked up. */
export async function describeAction(
  registry: Registry,
  handlerId: string,
  name: string,
): Promise<ActionDescription | undefined> {
  const handler = registry.handlers.get(handlerId);
  const action = registry.action(handlerId, name);
  return handler && action && actionDescription(handler, name, action);
}

/** Describes the conditions that bindings of a handler may use on this host. Rejects if names to choose from cannot be looked up. */
export async function describeConditions(
  registry: Registry,
  handlerId: string,
  directories: Directories,
): Promise<readonly ConditionDescription[]> {
  const conditions = [...registry.conditionsOf(handlerId).values()];
  const bindable = conditions.filter(({ needs = [] }) => needs.every((directory) => directories[directory]));
  return Promise.all(bindable.map((condition) => conditionDescription(condition, directories)));
}

async function actionDescription(handler: Handler, name: string, action: Action): Promise<ActionDescription> {
  const schema = optionsJsonSchemaOf(action);
  const properties = { ...propertiesOf(schema) };
  for (const [option, choices] of Object.entries(action.choices ?? {})) {
    const property = properties[option];
    if (isRecord(property)) properties[option] = { ...property, "x-choices": await choices() };
  }
  return {
    name,
    description: action.description,
    positions: action.positions ?? handler.positions,
    options: { ...schema, title: name, description: action.description, properties },
  };
}

async function conditionDescription(condition: Condition, directories: Directories): Promise<ConditionDescription> {
  const { name, group, description, positions = ["pre", "post"], value } = condition;
  const choices = typeof value.choices === "function" ? await value.choices(directories) : value.choices;
  return {
    name,
    group,
    description,
    widget: value.widget,
    allowed: value.allowed,
    positions,
    value: { ...value.jsonSchema, title: name, description, ...(choices && { "x-choices": choices }) },
  };
}

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
