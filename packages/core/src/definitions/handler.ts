import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Binding, Position } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import type { DeliverOptions, DeliveryKind } from "../contracts/delivery.js";
import type { Problem } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import type { MaybePromise } from "../contracts/maybe-promise.js";
import type { Outcome } from "../contracts/outcome.js";
import type { JsonSchema } from "../contracts/value-type.js";
import type { FactName } from "../facts/fact-name.js";
import type { Facts } from "../facts/facts.js";
import type { Escape, Template } from "../templates/template.js";
import type { Condition } from "./condition.js";

/** Input of an action. */
export interface ActionContext<O> {
  /** The parsed options. */
  readonly options: O;
  /** The call. At `pre` its request may be changed, at `post` its response. */
  readonly call: Call;
  readonly position: Position;
  readonly binding: Pick<Binding, "id" | "name">;
  /** Lookups, shared by all bindings of the call. */
  readonly facts: Facts;
  /** Aborted when the action's time has run out; pass it on to every function that accepts a signal. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Returns the current time by the host's clock. */
  now(): Date;
  /**
   * Renders a template, looking up only what its tags need.
   *
   * @throws {BookendError} TEMPLATE_TOO_LONG, or any error that `escape` throws
   */
  render(template: Template, options?: RenderOptions): Promise<string>;
  /**
   * Creates a delivery, and sends it during the call or stores it in the host's outbox, depending on `delivery` of the
   * binding.
   *
   * @throws {BookendError} DELIVERY_UNKNOWN, DELIVERY_INVALID
   */
  deliver<P>(kind: DeliveryKind<P>, payload: P, options?: DeliverOptions): Promise<Outcome>;
}

/** How a template is rendered. */
export interface RenderOptions {
  /** Applied to each value as it is inserted. Default: none. */
  readonly escape?: Escape | undefined;
  /** Values of tags that only this action knows, or that override others. */
  readonly values?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Input of an action's own check. */
export interface ActionCheckContext<O> {
  readonly options: O;
  readonly binding: Omit<Binding, "id">;
}

/** Functions that return the names to choose from, by option. If the options are a union, those of all its members. */
export type Choices<O> = O extends unknown
  ? { readonly [K in keyof O]?: () => MaybePromise<readonly string[]> }
  : never;

/** An action of a handler. */
export interface ActionDefinition<S extends StandardSchemaV1> {
  readonly description: string;
  /**
   * Schema of the options, of any Standard Schema library. It must be synchronous and refuse unknown keys. The form is
   * generated from its JSON Schema, including the keywords `x-secret`, `x-widget` and `x-visible-if`.
   */
  readonly options: S;
  /** JSON Schema of the options, for a library that cannot generate it. */
  readonly optionsJsonSchema?: JsonSchema | undefined;
  /** Default: the handler's. */
  readonly positions?: readonly Position[] | undefined;
  /** The facts that the action changes, which are looked up again after the action has run. Default: all. */
  readonly changes?: readonly FactName[] | undefined;
  /**
   * Whether the action, its schema and its check await everything that they start, and make calls and parse templates
   * only before they await anything. If one of them then leaves a rejected promise behind, the process ends, as it does
   * without Bookend. Once any other action has run, Node.js 20 and 22 track every promise of the process, which makes
   * all calls slower.
   *
   * @default false
   */
  readonly selfContained?: boolean | undefined;
  /**
   * Whether the action may change the call: its request, its notes or its response. If not, the call is not compared
   * with its earlier state after the action has run, which takes as long as several conditions; what the action changes
   * nevertheless is neither checked nor restored. With tags of the host, which receive the call, it is always compared.
   *
   * @default true
   */
  readonly changesCall?: boolean | undefined;
  /** Time limit in milliseconds. Default: that of `createBookend`. */
  readonly timeoutMs?: number | undefined;
  /** Names to choose from that are known only at run time, by option. */
  readonly choices?: Choices<StandardSchemaV1.InferInput<S>> | undefined;
  /**
   * Names of the deliveries that the action sends, from those of its handler. If the list is empty, `delivery: durable`
   * is refused. Default: all.
   */
  readonly deliveries?: readonly string[] | undefined;
  /**
   * The reason why the action's effect cannot be sent later, shown for a binding with `delivery: durable`. Default: the
   * action does not send deliveries.
   */
  readonly notDurable?: string | undefined;
  /** Checks beyond the schema, when a binding is saved. */
  check?(context: ActionCheckContext<StandardSchemaV1.InferOutput<S>>): MaybePromise<readonly Problem[]>;
  run(context: ActionContext<StandardSchemaV1.InferOutput<S>>): MaybePromise<Outcome | undefined | void>;
}

/** An action with any options. */
// biome-ignore lint/suspicious/noExplicitAny: heterogeneous actions meet in one record; options are consistent within each
export type Action = ActionDefinition<any>;

/** A module with actions. */
export interface Handler {
  /** The id that bindings store, such as `UserNotification`. */
  readonly id: string;
  readonly description: string;
  readonly positions: readonly Position[];
  /** A getter can return the actions that exist at present, such as the scripts in a directory. */
  readonly actions: Readonly<Record<string, Action>>;
  /** Conditions in addition to the base ones, for bindings of this handler. */
  readonly conditions?: readonly Condition[] | undefined;
  /** Kinds of delivery that its actions submit. */
  // biome-ignore lint/suspicious/noExplicitAny: payloads are consistent within each kind
  readonly deliveries?: readonly DeliveryKind<any>[] | undefined;
  /** The meaning of `abortOnError: null` in a binding. Default false. */
  readonly abortOnError?: boolean | undefined;
}

/** Returns an action, with the type of its options inferred from their schema. */
export function defineAction<S extends StandardSchemaV1>(action: ActionDefinition<S>): ActionDefinition<S> {
  return action;
}

/** Returns a handler; the options of each action are inferred from its schema. */
export function defineHandler<const A extends Record<string, StandardSchemaV1>>(
  definition: Omit<Handler, "actions"> & { readonly actions: { readonly [K in keyof A]: ActionDefinition<A[K]> } },
): Handler {
  return definition as Handler;
}
