import type { Position } from "../contracts/binding.js";
import type { Directories } from "../contracts/directories.js";
import type { JsonSchema } from "../contracts/value-type.js";
import { isRecord } from "../internal/is-record.js";
import { pathPrefixes } from "../templates/path-tags.js";
import { lookUpChoices } from "./choices.js";
import type { Condition, ConditionGroup } from "./condition.js";
import { optionsJsonSchemaOf } from "./describe-options.js";
import type { Action, Handler } from "./handler.js";
import type { Registry } from "./registry.js";

/** An action as a form needs it. */
export interface ActionDescription {
  readonly name: string;
  readonly description: string;
  readonly positions: readonly Position[];
  /**
   * JSON Schema of the options. `x-choices` of a property contains the names that exist at present, as advice;
   * `x-choices-problem` is the reason why they cannot be looked up.
   */
  readonly options: JsonSchema;
}

/** A condition as a form needs it. */
export interface ConditionDescription {
  readonly name: string;
  readonly group: ConditionGroup;
  readonly description: string;
  /** privacyIDEA's widget. */
  readonly widget: "str" | "multi" | "regexp";
  /** The allowed values, in words. */
  readonly allowed: string;
  /** The positions at which its result can be known. */
  readonly positions: readonly Position[];
  /**
   * JSON Schema of the configured value. `x-choices` contains the values to choose from; `x-choices-problem` is the
   * reason why they cannot be looked up.
   */
  readonly value: JsonSchema;
}

/** A handler as a form needs it. */
export interface HandlerDescription {
  readonly id: string;
  readonly description: string;
  readonly positions: readonly Position[];
  /** The meaning of `abortOnError: null` in a binding. */
  readonly abortOnError: boolean;
  readonly actions: readonly ActionDescription[];
  readonly conditions: readonly ConditionDescription[];
}

/** A tag as a form needs it. */
export interface TagDescription {
  readonly name: string;
  readonly description: string;
  /** Whether a person who reads the value can misuse it. */
  readonly secret: boolean;
  /** Set for a prefix such as `param.`, which is followed by the name of a parameter, header or attribute. */
  readonly path?: true | undefined;
}

/**
 * Describes the tags that templates may use on this host. Paths (`param.NAME`, …) are also tags, but are not included.
 */
export function describeTags(registry: Registry): readonly TagDescription[] {
  return [...registry.tags.values()].map(({ name, description, secret }) => ({ name, description, secret }));
}

/** Describes the prefixes of paths, which are also tags. The name in a path determines whether its value is secret. */
export function describePathTags(): readonly TagDescription[] {
  return pathPrefixes.map((prefix) => ({ ...prefix, secret: false, path: true }));
}

/**
 * Describes a handler; undefined if there is no such handler. Names to choose from that cannot be looked up are
 * omitted.
 */
export async function describeHandler(
  registry: Registry,
  id: string,
  directories: Directories,
): Promise<HandlerDescription | undefined> {
  const handler = registry.handlers.get(id);
  if (!handler) return undefined;
  const [actions, conditions] = await Promise.all([
    Promise.all(
      [...registry.actionsOf(id).actions].map(([name, action]) => actionDescription(registry, handler, name, action)),
    ),
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

/** Describes an action; undefined if it does not exist. Names to choose from that cannot be looked up are omitted. */
export async function describeAction(
  registry: Registry,
  handlerId: string,
  name: string,
): Promise<ActionDescription | undefined> {
  const handler = registry.handlers.get(handlerId);
  const action = registry.action(handlerId, name);
  return handler && action && actionDescription(registry, handler, name, action);
}

/**
 * Describes the conditions that bindings of a handler may use on this host. Names to choose from that cannot be looked
 * up are omitted.
 */
export async function describeConditions(
  registry: Registry,
  handlerId: string,
  directories: Directories,
): Promise<readonly ConditionDescription[]> {
  const conditions = [...registry.conditionsOf(handlerId).values()];
  const bindable = conditions.filter(({ needs = [] }) => needs.every((directory) => directories[directory]));
  return Promise.all(bindable.map((condition) => conditionDescription(registry, condition, directories)));
}

function actionDescription(
  registry: Registry,
  handler: Handler,
  name: string,
  action: Action,
): Promise<ActionDescription> {
  const schema = optionsJsonSchemaOf(action);
  const properties: Record<string, unknown> = isRecord(schema.properties) ? { ...schema.properties } : {};
  const offered = Object.entries(action.choices ?? {}).map(async ([option, choices]) => {
    const property = properties[option];
    if (!isRecord(property) || !choices) return;
    const found = await lookUpChoices(choices, registry.lookupTimeoutMs);
    properties[option] = { ...property, ...found.keywords };
  });
  return Promise.all(offered).then(() => ({
    name,
    description: action.description,
    positions: action.positions ?? handler.positions,
    options: { ...schema, title: name, description: action.description, properties },
  }));
}

async function conditionDescription(
  registry: Registry,
  condition: Condition,
  directories: Directories,
): Promise<ConditionDescription> {
  const { name, group, description, positions = ["pre", "post"], value } = condition;
  const { choices } = value;
  const found =
    typeof choices === "function"
      ? await lookUpChoices(() => choices(directories), registry.lookupTimeoutMs)
      : { keywords: choices ? { "x-choices": choices } : {} };
  return {
    name,
    group,
    description,
    widget: value.widget,
    allowed: value.allowed,
    positions,
    value: { ...value.jsonSchema, title: name, description, ...found.keywords },
  };
}
