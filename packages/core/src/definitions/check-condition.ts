import { directoryNames } from "../contracts/directories.js";
import type { FieldIndex, ValueType } from "../contracts/value-type.js";
import { isRecord } from "../internal/is-record.js";
import type { IndexedCondition } from "./condition.js";
import { DefinitionCheck, isListOf, type KnownNames, readable } from "./definition-check.js";

const conditionNames: KnownNames<IndexedCondition<unknown, unknown>> = {
  name: true,
  group: true,
  description: true,
  value: true,
  needs: true,
  positions: true,
  asksAboutFailure: true,
  fulfilledAfter: true,
  reads: true,
  actual: true,
  matches: true,
  whenUnknown: true,
  index: true,
};
const indexNames: KnownNames<FieldIndex<unknown, unknown>> = { fieldOf: true, keysOf: true, keysIn: true };

/**
 * Checks a condition.
 *
 * @param own Names of the host's own directories.
 * @throws {BookendError} CONDITION_INVALID
 */
export function checkCondition(definition: unknown, owner: string, own: readonly string[] = []): void {
  const named = readable(() => (definition as { readonly name?: unknown } | null | undefined)?.name);
  const name = isConditionName(named) ? named : "?";
  const check = new DefinitionCheck("CONDITION_INVALID", `${owner}.${name}`);
  check.guard(() => checkFields(definition, check, [...directoryNames, ...own]));
}

function checkFields(definition: unknown, check: DefinitionCheck, directories: readonly string[]): void {
  const condition = check.object(definition, conditionNames);
  check.field(
    "name",
    condition.name,
    isConditionName(condition.name),
    'a letter, then letters, digits, "_" and "-"; at most 100 characters',
  );
  check.field("group", condition.group, typeof condition.group === "string", "a string");
  check.field("description", condition.description, typeof condition.description === "string", "a string");
  checkValueType(condition.value, check.at("value"));
  check.optional("needs", condition.needs, (needs) => isListOf(needs, directories), directories.join(", "));
  check.optional("positions", condition.positions, isPositions, positionsAllowed);
  check.field("actual", condition.actual, typeof condition.actual === "function", "a function");
  check.field("matches", condition.matches, typeof condition.matches === "function", "a function");
  check.optional(
    "whenUnknown",
    condition.whenUnknown,
    (value) => value === "fulfilled" || value === "not fulfilled",
    "fulfilled, not fulfilled",
  );
  check.optional("asksAboutFailure", condition.asksAboutFailure, (value) => typeof value === "boolean", "true, false");
  check.optional("reads", condition.reads, (value) => typeof value === "function", "a function");
  check.optional("fulfilledAfter", condition.fulfilledAfter, (value) => typeof value === "function", "a function");
  if (condition.index === undefined) return;
  const index = check.at("index");
  const { fieldOf, keysOf, keysIn } = index.object(condition.index, indexNames);
  index.field("keysOf", keysOf, typeof keysOf === "function", "a function");
  index.field("keysIn", keysIn, typeof keysIn === "function", "a function");
  index.optional("fieldOf", fieldOf, (value) => typeof value === "function", "a function");
  if (fieldOf !== undefined) return;
  if ((condition.actual as (...args: readonly unknown[]) => unknown).length > 1) {
    throw check.error(
      "actual",
      "takes the configured value",
      "(facts), for a condition with an index that has no fieldOf",
    );
  }
}

function checkValueType(value: unknown, check: DefinitionCheck): void {
  if (!isRecord(value)) throw check.error(undefined, "is not a type of value", "nameSet(), flag(), … or an object");
  const type: { readonly [K in keyof ValueType<unknown>]?: unknown } = value;
  check.field("widget", type.widget, ["str", "multi", "regexp"].includes(type.widget as string), "str, multi, regexp");
  check.field("allowed", type.allowed, typeof type.allowed === "string", "a string");
  check.field("jsonSchema", type.jsonSchema, isRecord(type.jsonSchema), "an object");
  check.field("parse", type.parse, typeof type.parse === "function", "a function");
  check.optional(
    "choices",
    type.choices,
    (choices) =>
      typeof choices === "function" ||
      (Array.isArray(choices) && choices.every((choice) => typeof choice === "string")),
    "a list of strings, or a function that returns one",
  );
}

function isConditionName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z][\w-]{0,99}$/.test(name);
}

/** The values that `isPositions` allows. */
export const positionsAllowed = "pre, post; at least one, each once";

/** Returns whether a value is a list of one or both positions, without duplicates. */
export function isPositions(value: unknown): boolean {
  if (!isListOf(value, ["pre", "post"])) return false;
  const positions = value as readonly unknown[];
  return positions.length > 0 && new Set(positions).size === positions.length;
}
