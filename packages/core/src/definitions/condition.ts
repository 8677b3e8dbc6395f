import type { Position } from "../contracts/binding.js";
import type { CallField } from "../contracts/call.js";
import type { DirectoryName } from "../contracts/directories.js";
import type { MaybePromise } from "../contracts/maybe-promise.js";
import type { EqualityIndex, FieldIndex, ValueType } from "../contracts/value-type.js";
import type { FactsOf } from "../facts/facts-of.js";

/**
 * The result of a condition. `unknown`: the object or value that the condition reads does not exist or cannot be
 * compared.
 */
export type Answer = "fulfilled" | "not fulfilled" | "unknown";

/** Groups of conditions in forms. */
export type ConditionGroup = "general" | "user" | "token" | "counter" | "challenge" | "container" | (string & {});

/** The fields of all conditions: `V` is the parsed value, `A` the value in the call, `N` the required directories. */
interface ConditionBase<V, A, N extends DirectoryName> {
  /** The name of the condition in bindings. */
  readonly name: string;
  readonly group: ConditionGroup;
  readonly description: string;
  readonly value: ValueType<V>;
  /**
   * The directories that the condition requires; the first one contains the object that the condition reads. A
   * condition without directories is evaluated first, because it needs no lookup.
   */
  readonly needs?: readonly N[] | undefined;
  /** `post` for a condition on the response, which is always unknown at `pre`. Default: both. */
  readonly positions?: readonly Position[] | undefined;
  /**
   * Whether a binding with this condition is meant for failed calls. At `post`, a failed call reaches only such
   * bindings.
   *
   * @default false
   */
  readonly asksAboutFailure?: boolean | undefined;
  /**
   * Returns `success` or `failure` if only successful or only failed calls can fulfill a configured value; undefined if
   * both can. `check` warns about bindings that can never run.
   *
   * @default both
   */
  readonly fulfilledAfter?: ((value: V) => "success" | "failure" | undefined) | undefined;
  /**
   * The fields of the call that a configured value reads, at least one of which must exist. `check` warns if the schema
   * of an event has none of them, and `explain` shows `***` instead of the seen value if one of them is secret.
   */
  readonly reads?: ((value: V) => readonly CallField[]) | undefined;
  /** Returns whether the call's value fulfills the configured one. */
  matches(value: V, actual: A, facts: FactsOf<N>): boolean;
  /** The result that `unknown` counts as. Default `not fulfilled`. */
  readonly whenUnknown?: "fulfilled" | "not fulfilled" | undefined;
}

/** A condition that is evaluated for each binding. */
export interface AskedCondition<V, A, N extends DirectoryName = DirectoryName> extends ConditionBase<V, A, N> {
  /**
   * Returns the call's value; `undefined` if there is none. `explain` may show it to administrators. If it throws or
   * rejects, the binding has failed.
   */
  actual(facts: FactsOf<N>, value: V): MaybePromise<A | undefined>;
  readonly index?: undefined;
}

/**
 * A condition for equality, by which bindings are looked up. The call's value does not depend on the configured one.
 */
export interface IndexedCondition<V, A, N extends DirectoryName = DirectoryName> extends ConditionBase<V, A, N> {
  /** Returns the call's value; see `AskedCondition`. */
  actual(facts: FactsOf<N>): MaybePromise<A | undefined>;
  readonly index: EqualityIndex<V, A>;
}

/** A condition whose configured values each name a field, by which bindings are looked up. */
export interface FieldCondition<V, A, N extends DirectoryName = DirectoryName> extends ConditionBase<V, A, N> {
  /**
   * Returns the call's value; see `AskedCondition`. It must be the same for all configured values that name the same
   * field.
   */
  actual(facts: FactsOf<N>, value: V): MaybePromise<A | undefined>;
  readonly index: FieldIndex<V, A>;
}

/**
 * Compares the call with a configured value. `V` is the parsed value, `A` the call's value, `N` the directories that it
 * needs.
 */
export type ConditionDefinition<V, A, N extends DirectoryName = DirectoryName> =
  | AskedCondition<V, A, N>
  | IndexedCondition<V, A, N>
  | FieldCondition<V, A, N>;

/** A condition with any value type. */
// biome-ignore lint/suspicious/noExplicitAny: heterogeneous definitions meet in one list; V and A are consistent within each
export type Condition = ConditionDefinition<any, any>;

/**
 * Returns its argument, typed: its functions can use only the lookups of the directories that it needs. The `actual`
 * of a condition with an `EqualityIndex` does not receive the configured value.
 */
export function defineCondition<V, A, const N extends DirectoryName = never>(
  definition: FieldCondition<V, A, N>,
): FieldCondition<V, A, N>;
export function defineCondition<V, A, const N extends DirectoryName = never>(
  definition: IndexedCondition<V, A, N>,
): IndexedCondition<V, A, N>;
export function defineCondition<V, A, const N extends DirectoryName = never>(
  definition: AskedCondition<V, A, N>,
): AskedCondition<V, A, N>;
export function defineCondition(definition: Condition): Condition {
  return definition;
}
