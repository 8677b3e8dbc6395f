import type { Position } from "../contracts/binding.js";
import type { Directories, DirectoryName } from "../contracts/directories.js";
import type { MaybePromise } from "../contracts/maybe-promise.js";
import type { Facts } from "../facts/facts.js";

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The answer of a condition. `unknown`: what it asks about is not there. */
export type Answer = "fulfilled" | "not fulfilled" | "unknown";

/** Groups that conditions appear under in forms. */
export type ConditionGroup = "general" | "user" | "token" | "counter" | "challenge" | "container" | (string & {});

/** How a configured value is parsed, described and offered. */
export interface ValueType<V> {
  /** privacyIDEA's widget: `str` one text, `multi` several of the choices, `regexp` a pattern. */
  readonly widget: "str" | "multi" | "regexp";
  /** What is allowed, in words, for messages and forms. */
  readonly allowed: string;
  readonly jsonSchema: JsonSchema;
  /** Parses what was stored; throws `ValueError`. Called once for each binding when it changes. */
  parse(raw: unknown): V;
  /** What an administrator should know about a value that is right, as sentences; shown as warnings. */
  notes?(value: V): readonly string[];
  /** Values to choose from: fixed, or those that exist now. */
  readonly choices?:
    | readonly string[]
    | ((directories: Directories) => MaybePromise<readonly string[]> | undefined)
    | undefined;
}

/** Lets the plan look bindings up by value instead of asking each of them. */
export interface EqualityIndex<V, A> {
  /** All keys that the configured value is fulfilled by. */
  keysOf(value: V): Iterable<string>;
  /** The keys that the call has; the condition is fulfilled if one of them is among `keysOf`. */
  keysIn(actual: A): string | readonly string[];
}

/**
 * A question about the call with a configured value.
 * `V` is the parsed value, `A` what is seen in the call.
 */
export interface ConditionDefinition<V, A> {
  /** The name in bindings. */
  readonly name: string;
  readonly group: ConditionGroup;
  readonly description: string;
  readonly value: ValueType<V>;
  /**
   * Directories without which it cannot be asked; the first is that of the object that it asks about.
   * None: it is asked first, for it costs nothing.
   */
  readonly needs?: readonly DirectoryName[] | undefined;
  /** `post` for a question about the response, which at `pre` is never known. Default: both. */
  readonly positions?: readonly Position[] | undefined;
  /**
   * Whether a binding with this condition asks about failure. At `post`, a failed call reaches only bindings that do.
   *
   * @default false
   */
  readonly asksAboutFailure?: boolean | undefined;
  /**
   * The only calls that can fulfil a configured value: those that succeeded, or those that failed. `check` warns of
   * bindings that can never run.
   *
   * @default both
   */
  readonly fulfilledAfter?: ((value: V) => "success" | "failure" | undefined) | undefined;
  /**
   * What the call has; `undefined` if it is not there. May be shown to administrators by `explain`.
   * A throw or rejection is a fault of the binding, not an answer.
   */
  actual(facts: Facts, value: V): MaybePromise<A | undefined>;
  /** Whether what the call has fulfils the configured value. */
  matches(value: V, actual: A, facts: Facts): boolean;
  /** What `unknown` counts as. Default `not fulfilled`. */
  readonly whenUnknown?: "fulfilled" | "not fulfilled" | undefined;
  /** For equality conditions; `actual` must then not depend on the configured value. */
  readonly index?: EqualityIndex<V, A> | undefined;
}

/** A condition of any value. */
// biome-ignore lint/suspicious/noExplicitAny: heterogeneous definitions meet in one list; V and A are consistent within each
export type Condition = ConditionDefinition<any, any>;

/** Returns its argument, typed. */
export function defineCondition<V, A>(definition: ConditionDefinition<V, A>): ConditionDefinition<V, A> {
  return definition;
}
