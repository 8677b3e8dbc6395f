import type { Position } from "../contracts/binding.js";
import { BookendError } from "../contracts/errors.js";
import type { Condition } from "./condition.js";
import type { Action, Handler } from "./handler.js";

/** Handlers and conditions by id. */
export interface Registry {
  readonly handlers: ReadonlyMap<string, Handler>;
  /** The base conditions and the host's, by name. */
  readonly conditions: ReadonlyMap<string, Condition>;
  /** An action of a handler; undefined if either does not exist. */
  action(handler: string, action: string): Action | undefined;
  /** A condition that bindings of this handler may use: its own, the host's or a base one. */
  condition(handler: string, name: string): Condition | undefined;
  /** All conditions that bindings of this handler may use. */
  conditionsOf(handler: string): ReadonlyMap<string, Condition>;
}

/**
 * Registers handlers and conditions.
 * Throws `HANDLER_INVALID`, `CONDITION_INVALID`, `DUPLICATE_HANDLER`, `DUPLICATE_CONDITION`.
 */
export function createRegistry(handlers: readonly Handler[], conditions: readonly Condition[]): Registry {
  const shared = new Map<string, Condition>();
  for (const condition of conditions) addCondition(shared, condition, "the host");
  const byId = new Map<string, Handler>();
  const own = new Map<string, ReadonlyMap<string, Condition>>();
  for (const handler of handlers) {
    checkHandler(handler);
    if (byId.has(handler.id)) {
      throw new BookendError("DUPLICATE_HANDLER", `Handler "${handler.id}" is registered twice.`);
    }
    byId.set(handler.id, handler);
    if (handler.conditions?.length) {
      const all = new Map(shared);
      for (const condition of handler.conditions) addCondition(all, condition, `handler "${handler.id}"`);
      own.set(handler.id, all);
    }
  }
  const conditionsOf = (handler: string) => own.get(handler) ?? shared;
  return {
    handlers: byId,
    conditions: shared,
    action(handler, action) {
      const actions = byId.get(handler)?.actions;
      return actions && Object.hasOwn(actions, action) ? actions[action] : undefined;
    },
    condition: (handler, name) => conditionsOf(handler).get(name),
    conditionsOf,
  };
}

function addCondition(conditions: Map<string, Condition>, condition: Condition, owner: string): void {
  if (typeof condition.name !== "string" || !/^[A-Za-z][\w-]*$/.test(condition.name)) {
    throw new BookendError(
      "CONDITION_INVALID",
      `A condition of ${owner} is named ${JSON.stringify(condition.name)}; allowed are a letter, then letters, digits, "_" and "-".`,
    );
  }
  if (typeof condition.actual !== "function" || typeof condition.matches !== "function" || !condition.value) {
    throw new BookendError("CONDITION_INVALID", `Condition "${condition.name}" lacks value, actual or matches.`);
  }
  if (conditions.has(condition.name)) {
    throw new BookendError("DUPLICATE_CONDITION", `Condition "${condition.name}" of ${owner} exists already.`);
  }
  conditions.set(condition.name, condition);
}

function checkHandler(handler: Handler): void {
  const invalid = (what: string) =>
    new BookendError("HANDLER_INVALID", `Handler ${JSON.stringify(handler.id)}: ${what}`);
  if (typeof handler.id !== "string" || !/^[A-Za-z][\w.-]*$/.test(handler.id)) {
    throw invalid('an id is a letter, then letters, digits, "_", "." and "-".');
  }
  checkPositions(handler.positions, invalid);
  for (const [name, action] of Object.entries(handler.actions)) {
    const of = (what: string) => invalid(`action ${JSON.stringify(name)} ${what}`);
    if (typeof action.run !== "function") throw of("has no run function.");
    if (typeof action.options?.["~standard"]?.validate !== "function") {
      throw of("has options that are no Standard Schema.");
    }
    if (action.positions) checkPositions(action.positions, of);
  }
}

function checkPositions(positions: readonly Position[], invalid: (what: string) => BookendError): void {
  if (positions.length === 0 || positions.some((position) => position !== "pre" && position !== "post")) {
    throw invalid(`has positions ${JSON.stringify(positions)}; allowed are "pre" and "post", at least one.`);
  }
}
