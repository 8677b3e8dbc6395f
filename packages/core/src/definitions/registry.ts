import { BookendError } from "../contracts/errors.js";
import { faultOf } from "../internal/fault.js";
import { ImmutableMap } from "../internal/immutable-map.js";
import { checkCondition } from "./check-condition.js";
import { checkAction, checkHandler } from "./check-handler.js";
import type { Condition } from "./condition.js";
import { DefinitionCheck } from "./definition-check.js";
import type { Action, Handler } from "./handler.js";

/** The actions of a handler at one moment. */
export interface HandlerActions {
  /** Those that can be used, by name. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Why others cannot, by name; of all of them where the handler's `actions` cannot be read. */
  readonly faults: ReadonlyMap<string, string>;
  /** Why the handler's `actions` cannot be read. */
  readonly fault?: string | undefined;
}

/** Handlers and conditions by id. */
export interface Registry {
  readonly handlers: ReadonlyMap<string, Handler>;
  /** The base conditions and the host's, by name. */
  readonly conditions: ReadonlyMap<string, Condition>;
  /** How long `choices` may take, in milliseconds. */
  readonly lookupTimeoutMs: number;
  /** An action of a handler; undefined if either does not exist, or if the handler is broken. Never throws. */
  action(handler: string, action: string): Action | undefined;
  /** The actions that a handler has now: its `actions` may be a getter. Never throws. */
  actionsOf(handler: string): HandlerActions;
  /** All conditions that bindings of this handler may use: its own, the host's and the base ones. */
  conditionsOf(handler: string): ReadonlyMap<string, Condition>;
}

/** How long a look-up may take unless the host says otherwise, in milliseconds. */
export const defaultLookupTimeoutMs = 10_000;

const noActions: HandlerActions = { actions: new Map(), faults: new Map() };

/**
 * Registers handlers and conditions.
 *
 * @throws {BookendError} HANDLER_INVALID, CONDITION_INVALID, DUPLICATE_HANDLER, DUPLICATE_CONDITION
 */
export function createRegistry(
  handlers: readonly Handler[],
  conditions: readonly Condition[],
  lookupTimeoutMs: number = defaultLookupTimeoutMs,
): Registry {
  const shared = new Map<string, Condition>();
  for (const condition of conditions) {
    checkCondition(condition, "conditions");
    addCondition(shared, condition, "the host");
  }
  const byId = new Map<string, Handler>();
  const own = new Map<string, ReadonlyMap<string, Condition>>();
  for (const [index, handler] of handlers.entries()) {
    checkHandler(handler, `handlers.${index}`);
    if (byId.has(handler.id)) {
      throw new BookendError("DUPLICATE_HANDLER", `Handler "${handler.id}" is registered twice.`);
    }
    byId.set(handler.id, handler);
    if (handler.conditions?.length) {
      const all = new Map(shared);
      for (const condition of handler.conditions) addCondition(all, condition, `handler "${handler.id}"`);
      own.set(handler.id, new ImmutableMap(all));
    }
  }
  const sharedConditions = new ImmutableMap(shared);
  const checked = new WeakSet<object>();
  const actionsOf = (id: string): HandlerActions => {
    const handler = byId.get(id);
    return handler ? readActions(handler, checked) : noActions;
  };
  return {
    handlers: new ImmutableMap(byId),
    conditions: sharedConditions,
    lookupTimeoutMs,
    action: (id, name) => {
      const handler = byId.get(id);
      return handler && readAction(handler, name, checked);
    },
    actionsOf,
    conditionsOf: (handler) => own.get(handler) ?? sharedConditions,
  };
}

/** One action; undefined if it does not exist or cannot be used. */
function readAction(handler: Handler, name: string, checked: WeakSet<object>): Action | undefined {
  try {
    const { actions } = handler;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action && !checked.has(action)) checkNewAction(handler, name, action, checked);
    return action;
  } catch {
    return undefined;
  }
}

function checkNewAction({ id }: Handler, name: string, action: Action, checked: WeakSet<object>): void {
  checkAction(action, new DefinitionCheck("HANDLER_INVALID", `handlers.${id}.actions.${name}`));
  checked.add(action);
}

/** @param checked Actions that were found to be valid before. */
function readActions(handler: Handler, checked: WeakSet<object>): HandlerActions {
  const actions = new Map<string, Action>();
  const faults = new Map<string, string>();
  try {
    for (const [name, action] of Object.entries(handler.actions)) {
      try {
        if (!checked.has(action)) checkNewAction(handler, name, action, checked);
        actions.set(name, action);
      } catch (error) {
        faults.set(name, reasonOf(error));
      }
    }
    return { actions, faults };
  } catch (error) {
    return { actions, faults, fault: reasonOf(error) };
  }
}

/** What may be said of an error: all of a definition's own, of any other its class and code. */
function reasonOf(error: unknown): string {
  if (error instanceof BookendError) return error.message;
  const fault = faultOf(error);
  return `its actions cannot be read (${fault.class} ${fault.code}).`;
}

function addCondition(conditions: Map<string, Condition>, condition: Condition, owner: string): void {
  if (conditions.has(condition.name)) {
    throw new BookendError("DUPLICATE_CONDITION", `Condition "${condition.name}" of ${owner} exists already.`);
  }
  conditions.set(condition.name, condition);
}
