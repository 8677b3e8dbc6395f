import { BookendError } from "../contracts/errors.js";
import { faultOf } from "../internal/fault.js";
import { ImmutableMap } from "../internal/immutable-map.js";
import type { TagRegistry } from "../templates/tag.js";
import { baseTags } from "../templates/tags.js";
import { checkCondition } from "./check-condition.js";
import { checkAction, checkHandler, deliveryNamesOf } from "./check-handler.js";
import type { Condition } from "./condition.js";
import { DefinitionCheck } from "./definition-check.js";
import type { Action, Handler } from "./handler.js";

/** The actions of a handler at one point in time. */
export interface HandlerActions {
  /** The usable actions, by name. */
  readonly actions: ReadonlyMap<string, Action>;
  /** The reasons why the other actions cannot be used, by name. */
  readonly faults: ReadonlyMap<string, string>;
  /** The reason why the handler's `actions` cannot be read, in which case `actions` is empty. */
  readonly fault?: string | undefined;
}

/** The registered handlers by id, conditions by name, and tags by name. */
export interface Registry {
  readonly handlers: ReadonlyMap<string, Handler>;
  /** The base conditions and the host's conditions, by name. */
  readonly conditions: ReadonlyMap<string, Condition>;
  /**
   * The tags that templates can contain: the base tags, the host's tags, and `secret.NAME` for each of the host's
   * secrets.
   */
  readonly tags: TagRegistry;
  /** Maximum milliseconds for `choices`, and for the `check` of an action. */
  readonly lookupTimeoutMs: number;
  /**
   * Returns an action of a handler; undefined if either does not exist, or if the action is not valid or cannot be
   * read. Never throws.
   */
  action(handler: string, action: string): Action | undefined;
  /** Returns the current actions of a handler: its `actions` may be a getter. Never throws. */
  actionsOf(handler: string): HandlerActions;
  /**
   * Returns all conditions that bindings of this handler may use: those of the handler, those of the host and the base
   * conditions.
   */
  conditionsOf(handler: string): ReadonlyMap<string, Condition>;
}

/** Default maximum of milliseconds for a lookup. */
export const defaultLookupTimeoutMs = 10_000;

/** Additional options of a registry. */
export interface RegistryOptions {
  /** @default 10_000 */
  readonly lookupTimeoutMs?: number | undefined;
  /** @default baseTags */
  readonly tags?: TagRegistry | undefined;
  /** Names of the host's own directories. */
  readonly ownDirectories?: readonly string[] | undefined;
}

const noActions: HandlerActions = { actions: new Map(), faults: new Map() };

/**
 * Registers handlers and conditions.
 *
 * @throws {BookendError} HANDLER_INVALID, CONDITION_INVALID, DUPLICATE_HANDLER, DUPLICATE_CONDITION
 */
export function createRegistry(
  handlers: readonly Handler[],
  conditions: readonly Condition[],
  { lookupTimeoutMs = defaultLookupTimeoutMs, tags = baseTags, ownDirectories = [] }: RegistryOptions = {},
): Registry {
  const shared = new Map<string, Condition>();
  for (const condition of conditions) {
    checkCondition(condition, "conditions", ownDirectories);
    addCondition(shared, condition, "the host");
  }
  const byId = new Map<string, Handler>();
  const own = new Map<string, ReadonlyMap<string, Condition>>();
  for (const [index, handler] of handlers.entries()) {
    checkHandler(handler, `handlers.${index}`, ownDirectories);
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
  const checked: CheckedActions = { known: new WeakSet(), ownDirectories };
  const actionsOf = (id: string): HandlerActions => {
    const handler = byId.get(id);
    return handler ? readActions(handler, checked) : noActions;
  };
  return {
    handlers: new ImmutableMap(byId),
    conditions: sharedConditions,
    tags,
    lookupTimeoutMs,
    action: (id, name) => {
      const handler = byId.get(id);
      return handler && readAction(handler, name, checked);
    },
    actionsOf,
    conditionsOf: (handler) => own.get(handler) ?? sharedConditions,
  };
}

/** The state for checking actions that a handler may add after its registration. */
interface CheckedActions {
  /** The actions that were found valid, which are not checked again. */
  readonly known: WeakSet<object>;
  readonly ownDirectories: readonly string[];
}

/** Returns an action; undefined if it does not exist or cannot be used. */
function readAction(handler: Handler, name: string, checked: CheckedActions): Action | undefined {
  try {
    const { actions } = handler;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action && !checked.known.has(action)) checkNewAction(handler, name, action, checked);
    return action;
  } catch {
    return undefined;
  }
}

function checkNewAction({ id, deliveries }: Handler, name: string, action: Action, checked: CheckedActions): void {
  const check = new DefinitionCheck("HANDLER_INVALID", `handlers.${id}.actions.${name}`);
  checkAction(action, check, { own: checked.ownDirectories, deliveries: deliveryNamesOf(deliveries) });
  checked.known.add(action);
}

function readActions(handler: Handler, checked: CheckedActions): HandlerActions {
  const actions = new Map<string, Action>();
  const faults = new Map<string, string>();
  try {
    for (const [name, action] of Object.entries(handler.actions)) {
      try {
        if (!checked.known.has(action)) checkNewAction(handler, name, action, checked);
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

/**
 * Returns the printable part of an error: the message for an error in a definition, otherwise only the class and code.
 */
function reasonOf(error: unknown): string {
  if (error instanceof BookendError) return error.message;
  const fault = faultOf(error);
  return `its actions cannot be read (${fault.class} ${fault.code}).`;
}

function addCondition(conditions: Map<string, Condition>, condition: Condition, owner: string): void {
  if (conditions.has(condition.name)) {
    throw new BookendError("DUPLICATE_CONDITION", `Condition "${condition.name}" of ${owner} already exists.`);
  }
  conditions.set(condition.name, condition);
}
