import type { Binding } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import type { Action, Handler } from "../definitions/handler.js";
import type { Registry } from "../definitions/registry.js";
import { problemMessage } from "../internal/problem-message.js";
import { showValue } from "../internal/show-value.js";
import { unknownName } from "../internal/unknown-name.js";
import type { CompileContext, CompiledCondition } from "./compile-context.js";
import { handlerFault } from "./handler-fault.js";
import { parseConditions } from "./parse-conditions.js";
import { parseOptions } from "./parse-options.js";

/** A parsed binding, as the plan runs it. */
export interface CompiledBinding {
  readonly binding: Binding;
  /** Absent if the binding is broken; `problems` then contains the reasons. */
  readonly action?: Action | undefined;
  readonly handler?: Handler | undefined;
  readonly options: unknown;
  /** The conditions that could be parsed, ordered by cost. */
  readonly conditions: readonly CompiledCondition[];
  readonly abortOnError: boolean;
  /** Errors only; warnings are not included. */
  readonly problems: readonly Problem[];
}

const noProblems: readonly Problem[] = [];

/** Parses a binding. Never throws for invalid input: all errors are in `problems`. */
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

/**
 * Returns the problem of a binding whose action cannot be used: its handler does not have the action, or one of the two
 * is broken.
 */
function missingAction(binding: Binding, registry: Registry): Problem {
  const { actions, faults, fault } = registry.actionsOf(binding.handler);
  const broken = faults.get(binding.action) ?? fault;
  if (broken === undefined) {
    const what = `Action of ${binding.handler}`;
    return unknownName("UNKNOWN_ACTION", "action", what, binding.action, actions.keys());
  }
  return handlerFault("action", `${binding.handler}:${binding.action} cannot be used: ${broken}`, binding.action);
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
    message: problemMessage(
      `position is ${showValue(binding.position)}, at which ${handler.id}:${binding.action} cannot run`,
      allowed,
    ),
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
    ? `${handler.id}:${binding.action} does not send deliveries`
    : "this server has no outbox that keeps deliveries";
  const why = sends ? nothing : (action.notDurable ?? nothing);
  problems.push({
    severity: "error",
    code: "DELIVERY_NOT_AVAILABLE",
    field: "delivery",
    value: binding.delivery,
    message: problemMessage(`delivery is ${showValue(binding.delivery)}, but ${why}`, "inline"),
    allowed: "inline",
  });
}
