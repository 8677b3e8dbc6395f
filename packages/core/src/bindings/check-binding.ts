import type { Binding, BindingInput } from "../contracts/binding.js";
import { BookendError, type Problem } from "../contracts/errors.js";
import { lookUpChoices } from "../definitions/choices.js";
import { redactionOf } from "../definitions/describe-options.js";
import { faultOf } from "../internal/fault.js";
import { freezeDeep } from "../internal/freeze-deep.js";
import { isRecord } from "../internal/is-record.js";
import { problemMessage } from "../internal/problem-message.js";
import { showValue } from "../internal/show-value.js";
import { runContained, runSelfContained } from "../internal/third-party.js";
import { withTimeLimit } from "../internal/time-limit.js";
import { unknownName } from "../internal/unknown-name.js";
import { absentObjects } from "./absent-objects.js";
import { maxEvents, maxProblemsOfField, sizeProblems } from "./binding-size.js";
import { type CompiledBinding, compileBinding } from "./compile-binding.js";
import type { CompileContext, CompiledCondition } from "./compile-context.js";
import { fieldProblems } from "./field-problems.js";
import { handlerFault } from "./handler-fault.js";
import type { KnownEvents } from "./host-events.js";
import { type NameLookups, nameLookups } from "./name-lookups.js";
import { problemWithoutSecrets } from "./problem-without-secrets.js";
import { maxNameLength } from "./unique-names.js";

/**
 * Returns the errors in the fields of a binding that can be found without a registry, such as values of the wrong type.
 */
export function checkFields(input: BindingInput): readonly Problem[] {
  const problems: Problem[] = [];
  const field = (name: keyof BindingInput, ok: boolean, allowed: string) => {
    if (ok) return;
    const value: unknown = input[name];
    const found = value === undefined ? "is missing" : `is ${showValue(value)}`;
    problems.push({
      severity: "error",
      code: "FIELD_INVALID",
      field: name,
      ...(value !== undefined && { value }),
      message: problemMessage(`${name} ${found}`, allowed),
      allowed,
    });
  };
  const { name, events, position, ordering, handler, action, options, conditions } = input;
  const tooLarge = sizeProblems(input);
  if (tooLarge.length > 0) return tooLarge;
  field(
    "name",
    isText(name) && name.length <= maxNameLength && !hasControlCharacter(name) && !/\p{Surrogate}/u.test(name),
    `a string of 1 to ${maxNameLength} characters without control characters`,
  );
  field(
    "events",
    Array.isArray(events) && events.length > 0 && events.length <= maxEvents && events.every(isText),
    `a list of 1 to ${maxEvents} event names`,
  );
  field("position", position === undefined || position === "pre" || position === "post", "pre, post");
  field(
    "ordering",
    ordering === undefined || (Number.isSafeInteger(ordering) && Math.abs(ordering) < 2 ** 31),
    "an integer",
  );
  field("handler", isText(handler), "the id of a registered handler");
  field("action", isText(action), "the name of an action of the handler");
  field("options", options === undefined || isPlainObject(options), "an object of option names and values");
  field("conditions", conditions === undefined || isPlainObject(conditions), "an object of condition names and values");
  for (const [name, value] of [
    ["options", options],
    ["conditions", conditions],
  ] as const) {
    const where = isRecord(value) ? nullCharacterIn(value, name) : undefined;
    if (where === undefined) continue;
    problems.push({
      severity: "error",
      code: "FIELD_INVALID",
      field: where,
      message: problemMessage(
        "a string contains the character U+0000, or a value is nested too deeply",
        "strings without it, nested at most 64 levels deep",
        where,
      ),
    });
  }
  field("active", input.active === undefined || typeof input.active === "boolean", "true, false");
  field(
    "abortOnError",
    input.abortOnError === undefined || input.abortOnError === null || typeof input.abortOnError === "boolean",
    "true, false, null (the handler decides)",
  );
  field(
    "delivery",
    input.delivery === undefined || input.delivery === "inline" || input.delivery === "durable",
    "inline, durable",
  );
  return problems;
}

/** Returns the problem for a name that another binding has. */
export function nameTakenProblem(name: string): Problem {
  const allowed = "a name that no other binding has";
  const message = problemMessage(`another binding is called ${showValue(name)}`, allowed, "name");
  return { severity: "error", code: "NAME_TAKEN", field: "name", value: name, message, allowed };
}

/** Returns all problems of a binding whose fields are valid. Share `lookups` to check many bindings. */
export async function checkBinding(
  binding: Binding,
  context: CompileContext,
  { names: events, described }: Pick<KnownEvents, "names" | "described">,
  lookups: NameLookups = nameLookups(),
): Promise<readonly Problem[]> {
  const compiled = compileBinding(binding, context);
  const problems = [...compiled.problems];
  if (events.size > 0) {
    for (const event of binding.events.filter((each) => !events.has(each)).slice(0, maxProblemsOfField)) {
      problems.push(unknownName("UNKNOWN_EVENT", "events", "Event", event, events));
    }
  }
  for (const { definition } of compiled.conditions) {
    if (!definition.positions || definition.positions.includes(binding.position)) continue;
    const field = `conditions.${definition.name}`;
    problems.push({
      severity: "warning",
      code: "RESPONSE_BEFORE_CALL",
      field,
      message: `${field} reads the response, which does not exist at position "${binding.position}": this binding never runs.`,
    });
  }
  problems.push(...neverReached(binding, compiled), ...absentObjects(binding, compiled, described));
  problems.push(...fieldProblems(binding, compiled, described));
  for (const condition of compiled.conditions) {
    for (const note of valueNotes(condition)) {
      const field = `conditions.${condition.definition.name}`;
      problems.push({ severity: "warning", code: "PATTERN_ASCII", field, message: `${field}: ${note}` });
    }
  }
  problems.push(...(await unknownChoices(binding, compiled, context, lookups)));
  problems.push(...(await ownProblems(binding, compiled, context)));
  return problems;
}

/** Returns the problems that the action's own check finds. A check that throws is itself a problem. */
async function ownProblems(
  binding: Binding,
  { action, options }: CompiledBinding,
  { registry, tags }: CompileContext,
): Promise<readonly Problem[]> {
  if (!action?.check) return [];
  try {
    const late = () => new BookendError("LOOKUP_TIMEOUT", `The check took longer than ${registry.lookupTimeoutMs} ms.`);
    const run = action.selfContained === true ? runSelfContained : runContained;
    const found: unknown = await withTimeLimit(
      run({ tags, onRejection: () => undefined }, async () =>
        action.check?.({ options, binding: freezeDeep(structuredClone(binding)) }),
      ),
      registry.lookupTimeoutMs,
      late,
    );
    if (Array.isArray(found) && found.every(isProblem)) {
      const first = (severity: Problem["severity"]) =>
        found.filter((problem) => problem.severity === severity).slice(0, maxProblemsOfField);
      return [...first("error"), ...first("warning")].map((problem) => problemWithoutSecrets(action, binding, problem));
    }
    throw new TypeError("a check returned something that is not a list of problems");
  } catch (error) {
    const { class: name, code } = faultOf(error);
    return [handlerFault("options", `the check of ${binding.handler}:${binding.action} is broken (${name} ${code}).`)];
  }
}

function isProblem(found: unknown): found is Problem {
  if (!isRecord(found)) return false;
  const { severity, code, field, message } = found;
  return (
    (severity === "error" || severity === "warning") && [code, field, message].every((text) => typeof text === "string")
  );
}

/**
 * Returns the notes about a value. A value type whose `notes` throws or does not return a list has none, since notes
 * are only advice.
 */
function valueNotes({ definition, value }: CompiledCondition): readonly string[] {
  try {
    const notes: unknown = definition.value.notes?.(value);
    return Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : [];
  } catch {
    return [];
  }
}

/**
 * Returns `success` or `failure` if only successful or only failed calls can fulfill a condition with its configured
 * value. Undefined if both can, or if the condition throws, since the result is used only for a warning.
 */
function fulfilledAfter({ definition, value }: CompiledCondition): unknown {
  try {
    return definition.fulfilledAfter?.(value);
  } catch {
    return undefined;
  }
}

/**
 * Returns a warning if only failed calls can fulfill one of the conditions, but the binding never runs for them:
 * because another condition requires a successful call, or because no condition is about failure.
 */
function neverReached({ position }: Binding, { conditions }: CompiledBinding): readonly Problem[] {
  if (position !== "post") return [];
  const after = (outcome: "success" | "failure") =>
    conditions.find((condition) => fulfilledAfter(condition) === outcome)?.definition.name;
  const failure = after("failure");
  if (failure === undefined) return [];
  const warn = (because: string): readonly Problem[] => [
    {
      severity: "warning",
      code: "NEVER_FULFILLED",
      field: `conditions.${failure}`,
      message: `conditions.${failure}: only a failed call can fulfill this condition, but ${because}, so this binding never runs.`,
    },
  ];
  const success = after("success");
  if (success !== undefined) return warn(`conditions.${success} can be fulfilled only by a call that succeeded`);
  const reached = conditions.some(({ definition }) => definition.asksAboutFailure === true);
  return reached ? [] : warn("failed calls reach only bindings with a condition on failure, such as result_status");
}

/**
 * Returns warnings about configured names, such as that of a mail server or a token type, that do not exist at present.
 * They are not errors, since the names may exist later.
 */
async function unknownChoices(
  binding: Binding,
  { action, conditions }: CompiledBinding,
  { directories, registry }: CompileContext,
  lookups: NameLookups,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const look = async (field: string, wanted: readonly string[], key: object, choices: () => unknown) => {
    const { known, fault } = await lookups(key, () => knownNames(choices, registry.lookupTimeoutMs));
    if (fault) {
      const message = `${field}: the values that exist cannot be looked up at present (${fault.class} ${fault.code}).`;
      problems.push({ severity: "warning", code: "CHOICES_UNAVAILABLE", field, message });
    }
    if (!known) return;
    for (const name of wanted.filter((each) => !known.has(each)).slice(0, maxProblemsOfField)) {
      problems.push(unknownName("UNKNOWN_CHOICE", field, undefined, name, known, "warning"));
    }
  };
  const secrets = redactionOf(action).names;
  for (const [option, choices] of Object.entries(action?.choices ?? {})) {
    // the warning would show the secret value
    if (secrets.has(option)) continue;
    const value = binding.options[option];
    if (choices && typeof value === "string" && value !== "")
      await look(`options.${option}`, [value], choices, choices);
  }
  for (const { definition, value } of conditions) {
    const { choices } = definition.value;
    const wanted: readonly unknown[] = value instanceof Set ? [...value] : [value];
    if (typeof choices !== "function" || !wanted.every((name) => typeof name === "string")) continue;
    await look(`conditions.${definition.name}`, wanted, choices, () => choices(directories));
  }
  return problems;
}

async function knownNames(choices: () => unknown, limitMs: number) {
  const { names, fault } = await lookUpChoices(choices, limitMs);
  return { known: names && new Set(names), fault };
}

/**
 * Returns the path to a U+0000 in a value, which databases cannot store, or to a part that is nested too deeply;
 * undefined if there is none.
 */
function nullCharacterIn(value: unknown, path: string, depth = 0): string | undefined {
  if (typeof value === "string") return value.includes("\0") ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === 64) return path;
  for (const [key, part] of Object.entries(value)) {
    if (key.includes("\0")) return path;
    const found = nullCharacterIn(part, `${path}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && !value.includes("\0");
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
