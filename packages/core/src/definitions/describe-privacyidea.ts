import type { Directories } from "../contracts/directories.js";
import type { JsonValue } from "../contracts/json.js";
import { isRecord } from "../internal/is-record.js";
import { type ConditionDescription, describeConditions, describeHandler } from "./describe.js";
import type { Registry } from "./registry.js";

/** An option in the format of privacyIDEA's `GET /event/actions/<module>`. */
export interface PrivacyideaOption {
  readonly type: "str" | "bool" | "int" | "text";
  readonly required: boolean;
  readonly description: string;
  /** Strings to choose from. */
  readonly value?: readonly string[] | undefined;
  /** The option is shown only if the option with this name has the value `visibleValue`. */
  readonly visibleIf?: string | undefined;
  readonly visibleValue?: JsonValue | undefined;
  readonly group?: string | undefined;
}

/** A condition in the format of privacyIDEA's `GET /event/conditions/<module>`. */
export interface PrivacyideaCondition {
  readonly type: "str" | "multi" | "regexp";
  readonly desc: string;
  readonly group: string;
  /** Strings to choose from, or for `multi`, objects with a name. */
  readonly value?: readonly string[] | readonly { readonly name: string }[] | undefined;
}

/**
 * Returns the actions of a handler with their options; undefined if there is no such handler. Names to choose from that
 * cannot be looked up are omitted.
 */
export async function describePrivacyideaActions(
  registry: Registry,
  handlerId: string,
  directories: Directories,
): Promise<Record<string, Record<string, PrivacyideaOption>> | undefined> {
  const handler = await describeHandler(registry, handlerId, directories);
  if (!handler) return undefined;
  return Object.fromEntries(
    handler.actions.map(({ name, options }) => {
      const required = new Set(Array.isArray(options.required) ? options.required : []);
      const properties = Object.entries(record(options.properties));
      return [
        name,
        Object.fromEntries(
          properties.map(([option, schema]) => [option, optionOf(record(schema), required.has(option))]),
        ),
      ];
    }),
  );
}

/**
 * Returns the conditions that bindings of a handler may use on this host. Names to choose from that cannot be looked up
 * are omitted.
 */
export async function describePrivacyideaConditions(
  registry: Registry,
  handlerId: string,
  directories: Directories,
): Promise<Record<string, PrivacyideaCondition>> {
  const conditions = await describeConditions(registry, handlerId, directories);
  return Object.fromEntries(conditions.map((condition) => [condition.name, conditionOf(condition)]));
}

function optionOf(schema: Readonly<Record<string, unknown>>, required: boolean): PrivacyideaOption {
  const value = texts(schema["x-choices"]) ?? texts(schema.enum);
  const visibleIf = record(schema["x-visible-if"]);
  const group = schema["x-group"];
  return {
    type: typeOf(schema),
    required,
    description: typeof schema.description === "string" ? schema.description : "",
    ...(value && { value }),
    ...(typeof visibleIf.option === "string" && {
      visibleIf: visibleIf.option,
      visibleValue: visibleIf.value as JsonValue,
    }),
    ...(typeof group === "string" && { group }),
  };
}

/**
 * Returns the type of an option for privacyIDEA's forms. Stored options are strings, so a boolean or an integer can
 * also be a string, but its own type comes first.
 */
function typeOf(schema: Readonly<Record<string, unknown>>): PrivacyideaOption["type"] {
  const [own] = [schema.type].flat();
  if (own === "boolean") return "bool";
  if (own === "integer" || own === "number") return "int";
  return schema["x-widget"] === "text" ? "text" : "str";
}

function conditionOf({ description, group, widget, value }: ConditionDescription): PrivacyideaCondition {
  const choices = texts(value["x-choices"]);
  return {
    type: widget,
    desc: description,
    group,
    ...(choices && { value: widget === "multi" ? choices.map((name) => ({ name })) : choices }),
  };
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string") ? value : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
