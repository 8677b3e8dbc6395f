import type { Binding } from "../contracts/binding.js";
import type { Directories } from "../contracts/directories.js";
import { type Problem, ValueError } from "../contracts/errors.js";
import { isPromise } from "../contracts/maybe-promise.js";
import type { Condition } from "../definitions/condition.js";
import { optionsJsonSchemaOf, redactionOf } from "../definitions/describe-options.js";
import type { Action, Handler } from "../definitions/handler.js";
import type { Registry } from "../definitions/registry.js";
import { faultOf } from "../internal/fault.js";
import { freezeDeep } from "../internal/freeze-deep.js";
import { isRecord } from "../internal/is-record.js";
import { secretMark } from "../internal/mask-url.js";
import { showValue, withoutCredentials } from "../internal/show-value.js";
import { type ThirdPartyRun, thirdPartyRun } from "../internal/third-party.js";
import { unknownName } from "../internal/unknown-name.js";
import { maxProblemsOfField } from "./binding-size.js";

/** A condition with its parsed value. */
export interface CompiledCondition {
  readonly definition: Condition;
  readonly value: unknown;
}

/** A binding, parsed: what the plan runs. */
export interface CompiledBinding {
  readonly binding: Binding;
  /** Absent if the binding is broken; then `problems` says why. */
  readonly action?: Action | undefined;
  readonly handler?: Handler | undefined;
  readonly options: unknown;
  /** Those that could be parsed, cheapest first. */
  readonly conditions: readonly CompiledCondition[];
  readonly abortOnError: boolean;
  /** Errors only. */
  readonly problems: readonly Problem[];
}

/** What bindings are compiled against. */
export interface CompileContext {
  readonly registry: Registry;
  readonly directories: Directories;
  /** What templates may name: handed on to the code that parses them. */
  readonly tags: ThirdPartyRun["tags"];
  /** Whether the host takes durable deliveries. */
  readonly durable: boolean;
  /** Condition values parsed so far: many bindings want the same, and it is kept once. */
  readonly parsed?: Map<Condition, Map<string, CompiledCondition>> | undefined;
}

const noConditions: readonly CompiledCondition[] = [];
const noProblems: readonly Problem[] = [];

/** Parses a binding. What is wrong with it is in `problems`; it never throws for bad input. */
export function compileBinding(binding: Binding, context: CompileContext): CompiledBinding {
  const { registry } = context;
  const problems: Problem[] = [];
  const handler = registry.handlers.get(binding.handler);
  const action = handler && registry.action(binding.handler, binding.action);
  if (!handler) {
    problems.push(unknownName("UNKNOWN_HANDLER", "handler", "Handler", binding.handler, registry.handlers.keys()));
  } else if (!action) {
    problems.push(missingAction(binding, registry));
  } else {
    checkPosition(binding, handler, action, problems);
    checkDelivery(binding, handler, action, context.durable, problems);
  }
  const options = action ? parseOptions(binding, action, context.tags, problems) : undefined;
  const conditions = parseConditions(binding, context, problems);
  const usable = problems.length === 0;
  return {
    binding,
    handler: usable ? handler : undefined,
    action: usable ? action : undefined,
    options,
    conditions,
    abortOnError: binding.abortOnError ?? handler?.abortOnError ?? false,
    problems: usable ? noProblems : problems,
  };
}

/** Why there is no such action: nobody has it, or the handler is broken. */
function missingAction(binding: Binding, registry: Registry): Problem {
  const { actions, faults, fault } = registry.actionsOf(binding.handler);
  const broken = faults.get(binding.action) ?? fault;
  if (broken === undefined) {
    const what = `Action of ${binding.handler}`;
    return unknownName("UNKNOWN_ACTION", "action", what, binding.action, actions.keys());
  }
  return handlerFault("action", `${binding.handler}:${binding.action} cannot be used: ${broken}`, binding.action);
}

/** The problem of a binding whose handler or condition is broken. */
export function handlerFault(field: string, what: string, value?: unknown): Problem {
  return {
    severity: "error",
    code: "HANDLER_FAULT",
    field,
    ...(value !== undefined && { value }),
    message: `${field}: ${what}`,
  };
}

function checkPosition(binding: Binding, handler: Handler, action: Action, problems: Problem[]): void {
  const positions = action.positions ?? handler.positions;
  if (positions.includes(binding.position)) return;
  const allowed = positions.join(", ");
  problems.push({
    severity: "error",
    code: "POSITION_NOT_ALLOWED",
    field: "position",
    value: binding.position,
    message: `position is ${showValue(binding.position)}; ${handler.id}:${binding.action} allows ${allowed}.`,
    allowed,
  });
}

function checkDelivery(
  binding: Binding,
  handler: Handler,
  action: Action,
  durable: boolean,
  problems: Problem[],
): void {
  if (binding.delivery === "inline") return;
  const sends = (action.deliveries ?? handler.deliveries ?? []).length > 0;
  if (durable && sends) return;
  const nothing = durable
    ? `${handler.id}:${binding.action} has nothing to deliver`
    : "this server has no outbox that keeps deliveries";
  const why = sends ? nothing : (action.notDurable ?? nothing);
  problems.push({
    severity: "error",
    code: "DELIVERY_NOT_AVAILABLE",
    field: "delivery",
    value: binding.delivery,
    message: `delivery is ${showValue(binding.delivery)}, but ${why}; allowed is "inline".`,
    allowed: "inline",
  });
}

function parseOptions(binding: Binding, action: Action, tags: ThirdPartyRun["tags"], problems: Problem[]): unknown {
  const jsonSchema = optionsJsonSchemaOf(action);
  const properties = isRecord(jsonSchema.properties) ? jsonSchema.properties : undefined;
  const known: Record<string, unknown> = {};
  let unknown = 0;
  for (const [name, value] of Object.entries(binding.options)) {
    if (!properties || Object.hasOwn(properties, name)) known[name] = value;
    else if (unknown++ < maxProblemsOfField) {
      problems.push(unknownName("UNKNOWN_OPTION", `options.${name}`, "Option", name, Object.keys(properties)));
    }
  }
  try {
    const result = validate(action, known, tags);
    if (!result.issues) return freezeDeep(result.value);
    for (const issue of result.issues.slice(0, maxProblemsOfField))
      problems.push(optionProblem(issue, action, known, properties));
  } catch (error) {
    const { class: name, code } = faultOf(error);
    const what = `the schema of ${binding.handler}:${binding.action} is broken (${name} ${code})`;
    problems.push(
      handlerFault("options", `${what}. Allowed: a schema that returns its result at once and does not throw.`),
    );
  }
  return undefined;
}

/** What a schema returned; throws what it throws, and for what is not a result: a promise, for one. */
function validate(action: Action, options: Readonly<Record<string, unknown>>, tags: ThirdPartyRun["tags"]): Validated {
  // the stored binding is not the schema's to change, nor to be frozen with what was parsed
  const copy = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? structuredClone(value) : value,
    ]),
  );
  const returned: unknown = thirdPartyRun.run({ tags, onRejection: () => undefined }, () =>
    action.options["~standard"].validate(copy),
  );
  if (isPromise(returned)) {
    // the schemas of some libraries turn what they throw into a promise; a rejection that nobody handles ends the process
    Promise.resolve(returned).catch(() => undefined);
    throw new TypeError("a schema returned a promise");
  }
  const issues = isRecord(returned) ? returned.issues : null;
  const valid = issues === undefined || (Array.isArray(issues) && issues.length > 0);
  if (!isRecord(returned) || !valid) throw new TypeError("a schema returned something that is not a result");
  return { value: returned.value, issues };
}

interface Validated {
  readonly value: unknown;
  readonly issues: readonly Issue[] | undefined;
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function optionProblem(
  issue: Issue,
  action: Action,
  known: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>> | undefined,
): Problem {
  const path = (issue.path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment));
  const name = path[0];
  const field = ["options", ...path].join(".");
  const redaction = redactionOf(action);
  const message = redaction.redactText(issue.message, known);
  if (name === undefined) return { severity: "error", code: "OPTION_INVALID", field, message: `${field}: ${message}` };
  const given = Object.hasOwn(known, name);
  const value = withoutCredentials(redaction.redact(known)[name]);
  const found = given ? `is ${value === secretMark ? secretMark : showValue(value)}` : "is missing";
  const allowed = allowedBy(properties?.[name]);
  return {
    severity: "error",
    code: "OPTION_INVALID",
    field,
    ...(given && { value }),
    message: `${field} ${found}: ${message}${allowed && !message.includes(allowed) ? ` (allowed: ${allowed})` : ""}`,
    allowed,
  };
}

function parseConditions(binding: Binding, context: CompileContext, problems: Problem[]): readonly CompiledCondition[] {
  const names = Object.keys(binding.conditions);
  if (names.length === 0) return noConditions;
  const available = context.registry.conditionsOf(binding.handler);
  const conditions: CompiledCondition[] = [];
  let unknown = 0;
  for (const name of names) {
    const raw = binding.conditions[name];
    const field = `conditions.${name}`;
    const definition = available.get(name);
    if (!definition) {
      if (unknown++ < maxProblemsOfField) {
        problems.push(unknownName("UNKNOWN_CONDITION", field, "Condition", name, available.keys()));
      }
      continue;
    }
    const missing = definition.needs?.filter((directory) => !context.directories[directory]) ?? [];
    if (missing.length > 0) {
      problems.push({
        severity: "error",
        code: "DIRECTORY_MISSING",
        field,
        value: raw,
        message: `${field} cannot be asked: this server has no directory of ${missing.join(", ")}.`,
      });
      continue;
    }
    try {
      conditions.push(parseCondition(definition, raw, context));
    } catch (error) {
      const allowed = error instanceof ValueError ? error.allowed : definition.value.allowed;
      const { class: name, code } = faultOf(error);
      const reason = error instanceof ValueError ? error.message : `it cannot be read (${name} ${code})`;
      problems.push({
        severity: "error",
        code: "CONDITION_VALUE_INVALID",
        field,
        value: raw,
        message: `${field} is ${showValue(raw)}: ${reason} Allowed: ${allowed}.`,
        allowed,
      });
    }
  }
  // what costs no look-up is asked first; the order among equals is the administrator's
  return conditions.length > 1 ? conditions.sort((a, b) => cost(a.definition) - cost(b.definition)) : conditions;
}

/** Parsed values are immutable, so bindings with the same text share one. Fails as `parse` does. */
function parseCondition(definition: Condition, raw: unknown, { parsed }: CompileContext): CompiledCondition {
  if (!parsed || typeof raw !== "string") return { definition, value: parseValue(definition, raw) };
  let known = parsed.get(definition);
  if (!known) {
    known = new Map();
    parsed.set(definition, known);
  }
  let condition = known.get(raw);
  if (!condition) {
    condition = { definition, value: parseValue(definition, raw) };
    known.set(raw, condition);
  }
  return condition;
}

function parseValue({ value: type }: Condition, raw: unknown): unknown {
  const value: unknown = type.parse(raw);
  if (!isPromise(value)) return freezeDeep(value);
  Promise.resolve(value).catch(() => undefined);
  throw new TypeError("a value type returned a promise");
}

function cost(condition: Condition): number {
  return condition.needs?.length ?? 0;
}

function allowedBy(property: unknown): string | undefined {
  if (!isRecord(property)) return undefined;
  if (Array.isArray(property.enum)) return property.enum.join(", ");
  return typeof property["x-allowed"] === "string" ? property["x-allowed"] : undefined;
}
