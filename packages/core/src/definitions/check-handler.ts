import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { DeliveryKind, RetryPolicy } from "../contracts/delivery.js";
import { isPromise } from "../contracts/maybe-promise.js";
import { factNamesOf } from "../facts/fact-name.js";
import { hasFieldNamed } from "../internal/field-names.js";
import { isRecord } from "../internal/is-record.js";
import { isTimeLimit, timeLimitAllowed } from "../internal/time-limit.js";
import { checkCondition, isPositions, positionsAllowed } from "./check-condition.js";
import { DefinitionCheck, isListOf, type KnownNames, readable } from "./definition-check.js";
import { optionsJsonSchemaOf } from "./describe-options.js";
import type { Action, ActionDefinition, Handler } from "./handler.js";
import { retryProblem } from "./retry-policy.js";

const handlerNames: KnownNames<Handler> = {
  id: true,
  description: true,
  positions: true,
  actions: true,
  conditions: true,
  deliveries: true,
  abortOnError: true,
};
const actionNames: KnownNames<ActionDefinition<StandardSchemaV1>> = {
  description: true,
  options: true,
  optionsJsonSchema: true,
  positions: true,
  changes: true,
  selfContained: true,
  changesCall: true,
  timeoutMs: true,
  choices: true,
  deliveries: true,
  notDurable: true,
  check: true,
  run: true,
};
/** The parts of a schema that are read; the schema may be of any type. */
interface StandardLike {
  readonly "~standard"?: { readonly validate?: unknown; readonly jsonSchema?: { readonly input?: unknown } };
}
const deliveryNames: KnownNames<DeliveryKind<unknown>> = {
  name: true,
  send: true,
  version: true,
  upgrade: true,
  destination: true,
  summary: true,
  retry: true,
};
const retryNames: KnownNames<RetryPolicy> = {
  scheduleMs: true,
  jitter: true,
  timeoutMs: true,
  maxAgeMs: true,
  whenUncertain: true,
};

/**
 * Checks a handler with its actions, conditions and deliveries.
 *
 * @param own Names of the host's own directories.
 * @throws {BookendError} HANDLER_INVALID, CONDITION_INVALID
 */
export function checkHandler(definition: unknown, place: string, own: readonly string[] = []): void {
  const named = readable(() => (definition as { readonly id?: unknown } | null | undefined)?.id);
  const id = isHandlerId(named) ? `handlers.${named}` : place;
  const check = new DefinitionCheck("HANDLER_INVALID", id);
  check.guard(() => checkFields(definition, check, id, own));
}

function checkFields(definition: unknown, check: DefinitionCheck, id: string, own: readonly string[]): void {
  const handler = check.object(definition, handlerNames);
  check.field(
    "id",
    handler.id,
    isHandlerId(handler.id),
    'a letter, then letters, digits, "_", "." and "-"; at most 100 characters',
  );
  check.field("description", handler.description, typeof handler.description === "string", "a string");
  check.field("positions", handler.positions, isPositions(handler.positions), positionsAllowed);
  check.optional("abortOnError", handler.abortOnError, (value) => typeof value === "boolean", "true, false");
  checkDeliveries(handler.deliveries, check);
  const { conditions } = handler;
  check.optional("conditions", conditions, Array.isArray, "a list of conditions");
  for (const condition of (conditions ?? []) as readonly unknown[]) checkCondition(condition, `${id}.conditions`, own);
  const { actions } = handler;
  check.field("actions", actions, isRecord(actions), "an object of actions");
  for (const [name, action] of check.entries("actions", actions as object)) {
    const at = check.at(`actions.${name}`);
    if (!isActionName(name)) throw at.error(undefined, "the name is not valid", actionNameAllowed);
    at.guard(() => checkAction(action, at, { own, deliveries: deliveryNamesOf(handler.deliveries) }));
  }
}

/** The names to which an action may refer. */
export interface ActionSurroundings {
  /** Names of the host's own directories. */
  readonly own: readonly string[];
  /** Names of its handler's deliveries. */
  readonly deliveries: readonly string[];
}

/** Returns the names of the checked deliveries. */
export function deliveryNamesOf(deliveries: unknown): readonly string[] {
  return ((deliveries ?? []) as readonly { readonly name: string }[]).map(({ name }) => name);
}

/**
 * Checks an action.
 *
 * @throws {BookendError} HANDLER_INVALID
 */
export function checkAction(
  definition: unknown,
  check: DefinitionCheck,
  { own, deliveries }: ActionSurroundings,
): void {
  const action = check.object(definition, actionNames);
  check.field("description", action.description, typeof action.description === "string", "a string");
  check.field("run", action.run, typeof action.run === "function", "a function");
  check.optional("check", action.check, (value) => typeof value === "function", "a function");
  check.optional("positions", action.positions, isPositions, positionsAllowed);
  const factNames = factNamesOf(own);
  check.optional("changes", action.changes, (value) => isListOf(value, factNames), factNames.join(", "));
  for (const name of ["selfContained", "changesCall"] as const) {
    check.optional(name, action[name], (value) => typeof value === "boolean", "a boolean");
  }
  check.optional("timeoutMs", action.timeoutMs, isTimeLimit, timeLimitAllowed);
  // a delivery with an unknown name would never be sent
  const known = deliveries.length === 0 ? "none: the handler has no deliveries" : deliveries.join(", ");
  check.optional("deliveries", action.deliveries, (value) => isListOf(value, deliveries), known);
  check.optional("notDurable", action.notDurable, (value) => typeof value === "string", "a string");
  checkOptions(definition as Action, check);
  checkChoices(definition as Action, check);
}

function checkOptions(action: Action, check: DefinitionCheck): void {
  const options = action.options as StandardLike | undefined | null;
  const standard = readable(() => options?.["~standard"]);
  const validate = readable(() => standard?.validate);
  check.field("options", options, typeof validate === "function", "a schema of a Standard Schema library");
  const allowed = "a schema that JSON Schema can describe, or optionsJsonSchema next to it";
  if (action.optionsJsonSchema === undefined && typeof readable(() => standard?.jsonSchema?.input) !== "function") {
    throw check.error("options", "its library does not provide a JSON Schema", allowed);
  }
  let schema: unknown;
  try {
    schema = optionsJsonSchemaOf(action);
  } catch (error) {
    const reason = error instanceof Error ? ` (${error.message.replace(/\.$/, "")})` : "";
    throw check.error("options", `it cannot be described as a JSON Schema${reason}`, allowed, error);
  }
  if (isPromise(schema)) Promise.resolve(schema).catch(() => undefined);
  const valid =
    isRecord(schema) && !isPromise(schema) && (schema.properties === undefined || isRecord(schema.properties));
  if (valid && hasFieldNamed(schema, (name) => name === "__proto__")) {
    throw check.error("options", "the value of a field named __proto__ would be lost", "any other name");
  }
  if (valid) return;
  if (action.optionsJsonSchema === undefined) throw check.error("options", "its JSON Schema is not an object", allowed);
  throw check.error("optionsJsonSchema", "is not the JSON Schema of an object", "an object with properties");
}

function checkChoices(action: Action, check: DefinitionCheck): void {
  const { choices } = action as { readonly choices?: unknown };
  if (choices === undefined) return;
  check.field("choices", choices, isRecord(choices), "an object of functions");
  const { properties } = optionsJsonSchemaOf(action);
  for (const [option, names] of check.entries("choices", choices as object)) {
    check.field(`choices.${option}`, names, typeof names === "function", "a function that returns a list of strings");
    if (!isRecord(properties) || Object.hasOwn(properties, option)) continue;
    throw check.error(
      `choices.${option}`,
      "the action has no such option",
      Object.keys(properties).join(", ") || "none",
    );
  }
}

function checkDeliveries(deliveries: unknown, check: DefinitionCheck): void {
  check.optional("deliveries", deliveries, Array.isArray, "a list of deliveries");
  const names = new Set<string>();
  for (const [index, kind] of ((deliveries ?? []) as readonly unknown[]).entries()) {
    const delivery = check.at(`deliveries.${index}`);
    const { name, send, version, upgrade, destination, summary, retry } = delivery.object(kind, deliveryNames);
    const valid = typeof name === "string" && /^[A-Za-z][\w.-]{0,99}$/.test(name);
    delivery.field("name", name, valid, 'a letter, then letters, digits, "_", "." and "-"; at most 100 characters');
    delivery.field("send", send, typeof send === "function", "a function");
    const isVersion = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
    delivery.optional("version", version, isVersion, "an integer from 1");
    for (const [field, value] of Object.entries({ upgrade, destination, summary })) {
      delivery.optional(field, value, (found) => typeof found === "function", "a function");
    }
    if (retry !== undefined) checkRetry(retry, delivery.at("retry"));
    if (names.has(name as string)) {
      throw delivery.error(
        "name",
        `${JSON.stringify(name)} is also the name of another delivery`,
        "a name that is used only once",
      );
    }
    names.add(name as string);
  }
}

function checkRetry(retry: unknown, check: DefinitionCheck): void {
  const policy = check.object(retry, retryNames);
  const problem = retryProblem(policy);
  if (problem) throw check.error(problem[0], "is not valid", problem[1]);
}

const actionNameAllowed = "1 to 255 characters without control characters; not __proto__";

/** Returns whether a string can be the name of an action; scripts are actions with the names of their files. */
function isActionName(name: string): boolean {
  return /^[^\p{Cc}]{1,255}$/u.test(name) && name !== "__proto__";
}

function isHandlerId(id: unknown): id is string {
  return typeof id === "string" && /^[A-Za-z][\w.-]{0,99}$/.test(id);
}
