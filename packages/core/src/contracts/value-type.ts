import type { Directories } from "./directories.js";
import type { MaybePromise } from "./maybe-promise.js";

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** How a configured value is parsed, described and offered. */
export interface ValueType<V> {
  /** privacyIDEA's widget: `str` one string, `multi` several of the choices, `regexp` a pattern. */
  readonly widget: "str" | "multi" | "regexp";
  /** The allowed values, in words, for messages and forms. */
  readonly allowed: string;
  readonly jsonSchema: JsonSchema;
  /** Parses the stored value; throws `ValueError`. Called when a binding is checked or loaded, not for each call. */
  parse(raw: unknown): V;
  /** Returns notes for administrators about a valid value, as sentences that are shown as warnings. */
  notes?(value: V): readonly string[];
  /** The values to choose from: fixed values, or those that exist at present. */
  readonly choices?:
    | readonly string[]
    | ((directories: Directories) => MaybePromise<readonly string[]> | undefined)
    | undefined;
}

/**
 * Like `EqualityIndex`, but for configured values that each name a field. Bindings are looked up by the value of that
 * field and then evaluated. The call's value may depend only on the field that a configured value names.
 */
export interface FieldIndex<V, A> {
  /**
   * Returns the field; `undefined` for a value that does not compare for equality, whose binding is always evaluated.
   */
  fieldOf(value: V): string | undefined;
  /** Returns keys of which the call has at least one if the configured value is fulfilled. */
  keysOf(value: V): Iterable<string>;
  /** Returns the keys that the call has. */
  keysIn(actual: A): string | readonly string[];
}

/** Lets the plan look up bindings by value instead of evaluating each of them. */
export interface EqualityIndex<V, A> {
  /** Returns all keys that fulfill the configured value. */
  keysOf(value: V): Iterable<string>;
  /** Returns the keys that the call has. The condition is fulfilled if one of them is among `keysOf`. */
  keysIn(actual: A): string | readonly string[];
}
