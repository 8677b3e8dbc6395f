import type { Binding, BindingInput } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import { showValue } from "../internal/show-value.js";
import { unknownName } from "../internal/unknown-name.js";
import { type CompileContext, type CompiledBinding, compileBinding } from "./compile-binding.js";

/** Longest name of a binding, in characters. */
const maxNameLength = 255;

/** Errors in the fields of a binding that need no registry: what a caller without types may send. */
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
      message: `${name} ${found}; allowed: ${allowed}.`,
      allowed,
    });
  };
  const { name, events, position, ordering, handler, action, options, conditions } = input;
  field(
    "name",
    isText(name) && name.length <= maxNameLength && !hasControlCharacter(name),
    `a text of 1 to ${maxNameLength} characters without control characters`,
  );
  field(
    "events",
    Array.isArray(events) && events.length > 0 && events.every(isText),
    "a list of one or more event names",
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
  field("active", input.active === undefined || typeof input.active === "boolean", "true, false");
  field(
    "abortOnError",
    input.abortOnError === undefined || input.abortOnError === null || typeof input.abortOnError === "boolean",
    "true, false, null (what the handler says)",
  );
  field(
    "delivery",
    input.delivery === undefined || input.delivery === "inline" || input.delivery === "durable",
    "inline, durable",
  );
  return problems;
}

/** Everything that is, or probably is, wrong with a binding whose fields are right. */
export async function checkBinding(
  binding: Binding,
  context: CompileContext,
  events: ReadonlySet<string>,
): Promise<readonly Problem[]> {
  const compiled = compileBinding(binding, context);
  const problems = [...compiled.problems];
  if (events.size > 0) {
    for (const event of binding.events) {
      if (!events.has(event)) problems.push(unknownName("UNKNOWN_EVENT", "events", "Event", event, events));
    }
  }
  for (const { definition } of compiled.conditions) {
    if (!definition.positions || definition.positions.includes(binding.position)) continue;
    const field = `conditions.${definition.name}`;
    problems.push({
      severity: "warning",
      code: "RESPONSE_BEFORE_CALL",
      field,
      message: `${field} asks about the response, which is not there at position "${binding.position}": this binding never runs.`,
    });
  }
  problems.push(...neverReached(binding, compiled));
  problems.push(...(await unknownChoices(binding, compiled, context)));
  if (compiled.action?.check) {
    problems.push(...(await compiled.action.check({ options: compiled.options, binding })));
  }
  return problems;
}

/** A warning about a binding whose conditions no call can fulfil, since only failed calls fulfil one of them. */
function neverReached({ position }: Binding, { conditions }: CompiledBinding): readonly Problem[] {
  if (position !== "post") return [];
  const after = (outcome: "success" | "failure") =>
    conditions.find(({ definition, value }) => definition.fulfilledAfter?.(value) === outcome)?.definition.name;
  const failure = after("failure");
  if (failure === undefined) return [];
  const warn = (because: string): readonly Problem[] => [
    {
      severity: "warning",
      code: "NEVER_FULFILLED",
      field: `conditions.${failure}`,
      message: `conditions.${failure}: only a failed call can fulfil it, and ${because}: this binding never runs.`,
    },
  ];
  const success = after("success");
  if (success !== undefined) return warn(`conditions.${success} can be fulfilled only by one that succeeded`);
  const reached = conditions.some(({ definition }) => definition.asksAboutFailure === true);
  return reached ? [] : warn("failed calls reach only bindings that ask about failure, such as by result_status");
}

/** Warnings about values that are not among those that exist now. They may exist later, so they are no errors. */
async function unknownChoices(
  binding: Binding,
  { action, conditions }: CompiledBinding,
  { directories }: CompileContext,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [option, choices] of Object.entries(action?.choices ?? {})) {
    const value = binding.options[option];
    if (typeof value !== "string" || value === "") continue;
    const names = await choices();
    if (!names.includes(value)) {
      problems.push(unknownName("UNKNOWN_CHOICE", `options.${option}`, "Now,", value, names, "warning"));
    }
  }
  for (const { definition, value } of conditions) {
    const { choices } = definition.value;
    const wanted = value instanceof Set ? [...value] : [value];
    if (typeof choices !== "function" || !wanted.every((name) => typeof name === "string")) continue;
    const names = await choices(directories);
    if (!names) continue;
    for (const name of wanted) {
      if (names.includes(name)) continue;
      problems.push(unknownName("UNKNOWN_CHOICE", `conditions.${definition.name}`, "Now,", name, names, "warning"));
    }
  }
  return problems;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
