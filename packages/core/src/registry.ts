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
