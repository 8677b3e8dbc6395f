import type { Binding } from "../contracts/binding.js";
import { type Problem, ValueError } from "../contracts/errors.js";
import { isPromise } from "../contracts/maybe-promise.js";
import type { Condition } from "../definitions/condition.js";
import { faultOf } from "../internal/fault.js";
import { freezeDeep } from "../internal/freeze-deep.js";
import { problemMessage } from "../internal/problem-message.js";
import { showValue } from "../internal/show-value.js";
import { unknownName } from "../internal/unknown-name.js";
import { maxProblemsOfField } from "./binding-size.js";
import type { CompileContext, CompiledCondition } from "./compile-context.js";

const noConditions: readonly CompiledCondition[] = [];

/**
 * Returns the conditions of a binding that can be parsed, cheapest first; the reasons for the others are added to
 * `problems`.
 */
export function parseConditions(
  binding: Binding,
  context: CompileContext,
  problems: Problem[],
): readonly CompiledCondition[] {
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
        message: `${field} is not available: this server does not provide a directory of ${missing.join(", ")}.`,
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
        message: problemMessage(`${field} is ${showValue(raw)}: ${reason}`, allowed),
        allowed,
      });
    }
  }
  // conditions without a lookup are evaluated first; equal ones keep the administrator's order
  return conditions.length > 1 ? conditions.sort((a, b) => cost(a.definition) - cost(b.definition)) : conditions;
}

/**
 * Parses the value of a condition. Parsed values are immutable, so bindings with the same string share one parsed
 * value. Errors are those of the value type's `parse`.
 */
function parseCondition(definition: Condition, raw: unknown, { parsed }: CompileContext): CompiledCondition {
  if (!parsed || typeof raw !== "string") return { definition, value: parseValue(definition, raw), configured: raw };
  let known = parsed.get(definition);
  if (!known) {
    known = new Map();
    parsed.set(definition, known);
  }
  let condition = known.get(raw);
  if (!condition) {
    condition = { definition, value: parseValue(definition, raw), configured: raw };
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
