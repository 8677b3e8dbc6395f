import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Binding } from "../contracts/binding.js";
import type { Directories } from "../contracts/directories.js";
import { type Problem, ValueError } from "../contracts/errors.js";
import type { Condition } from "../definitions/condition.js";
import { optionsJsonSchemaOf, secretOptionsOf } from "../definitions/describe.js";
import type { Action, Handler } from "../definitions/handler.js";
import type { Registry } from "../definitions/registry.js";
import { showValue, withoutCredentials } from "../internal/show-value.js";
import { unknownName } from "../internal/unknown-name.js";

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
    const names = Object.keys(handler.actions);
    problems.push(unknownName("UNKNOWN_ACTION", "action", `Action of ${handler.id}`, binding.action, names));
  } else {
    checkPosition(binding, handler, action, problems);
    checkDelivery(binding, handler, context.durable, problems);
  }
  const options = action ? parseOptions(binding, action, problems) : undefined;
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

function checkDelivery(binding: Binding, handler: Handler, durable: boolean, problems: Problem[]): void {
  if (binding.delivery === "inline" || (durable && handler.deliveries?.length)) return;
  const why = durable ? `${handler.id} has nothing to deliver` : "this server has no outbox that keeps deliveries";
  problems.push({
    severity: "error",
    code: "DELIVERY_NOT_AVAILABLE",
    field: "delivery",
    value: binding.delivery,
    message: `delivery is ${showValue(binding.delivery)}, but ${why}; allowed is "inline".`,
    allowed: "inline",
  });
}

function parseOptions(binding: Binding, action: Action, problems: Problem[]): unknown {
  const jsonSchema = optionsJsonSchemaOf(action);
  const properties = isRecord(jsonSchema.properties) ? jsonSchema.properties : undefined;
  const secrets = secretOptionsOf(action);
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(binding.options)) {
    if (!properties || Object.hasOwn(properties, name)) known[name] = value;
    else {
      problems.push(unknownName("UNKNOWN_OPTION", `options.${name}`, "Option", name, Object.keys(properties)));
    }
  }
  const result = (action.options as StandardSchemaV1)["~standard"].validate(known);
  if (result instanceof Promise) {
    problems.push({
      severity: "error",
      code: "OPTION_INVALID",
      field: "options",
      message: `options of ${binding.handler}:${binding.action} are checked asynchronously, which is not allowed.`,
    });
    return undefined;
  }
  if (!result.issues) return result.value;
  for (const issue of result.issues) {
    const path = (issue.path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment));
    const name = path[0];
    const field = ["options", ...path].join(".");
    if (name === undefined) {
      problems.push({ severity: "error", code: "OPTION_INVALID", field, message: `${field}: ${issue.message}` });
      continue;
    }
    const given = Object.hasOwn(known, name);
    const value = secrets.has(name) ? "***" : withoutCredentials(known[name]);
    const found = given ? `is ${secrets.has(name) ? "***" : showValue(value)}` : "is missing";
    const allowed = allowedBy(properties?.[name]);
    problems.push({
      severity: "error",
      code: "OPTION_INVALID",
      field,
      ...(given && { value }),
      message: `${field} ${found}: ${issue.message}${allowed && !issue.message.includes(allowed) ? ` (allowed: ${allowed})` : ""}`,
      allowed,
    });
  }
  return undefined;
}

function parseConditions(binding: Binding, context: CompileContext, problems: Problem[]): readonly CompiledCondition[] {
  const names = Object.keys(binding.conditions);
  if (names.length === 0) return noConditions;
  const available = context.registry.conditionsOf(binding.handler);
  const conditions: CompiledCondition[] = [];
  for (const name of names) {
    const raw = binding.conditions[name];
    const field = `conditions.${name}`;
    const definition = available.get(name);
    if (!definition) {
      problems.push(unknownName("UNKNOWN_CONDITION", field, "Condition", name, available.keys()));
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
      const reason = error instanceof Error ? error.message : String(error);
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

/** Parsed values are immutable, so bindings with the same text share one. Throws what `parse` throws. */
function parseCondition(definition: Condition, raw: unknown, { parsed }: CompileContext): CompiledCondition {
  if (!parsed || typeof raw !== "string") return { definition, value: definition.value.parse(raw) };
  let known = parsed.get(definition);
  if (!known) {
    known = new Map();
    parsed.set(definition, known);
  }
  let condition = known.get(raw);
  if (!condition) {
    condition = { definition, value: definition.value.parse(raw) };
    known.set(raw, condition);
  }
  return condition;
}

function cost(condition: Condition): number {
  return condition.needs?.length ?? 0;
}

function allowedBy(property: unknown): string | undefined {
  if (!isRecord(property)) return undefined;
  if (Array.isArray(property.enum)) return property.enum.join(", ");
  return typeof property["x-allowed"] === "string" ? property["x-allowed"] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
