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
  /** Parses what was stored; throws `ValueError`. Called once for each binding when it changes. */
  parse(raw: unknown): V;
  /** Notes for administrators about a valid value, as sentences; shown as warnings. */
  notes?(value: V): readonly string[];
  /** The values to choose from: fixed ones, or those that currently exist. */
  readonly choices?:
    | readonly string[]
    | ((directories: Directories) => MaybePromise<readonly string[]> | undefined)
    | undefined;
}

/**
 * As above, for configured values that each name a field: bindings are looked up by the value of that field and then evaluated. The call's
 * value may depend only on the field that a configured value names.
 */
export interface FieldIndex<V, A> {
  /** The field; `undefined` for a value that does not compare for equality: its binding is always evaluated. */
  fieldOf(value: V): string | undefined;
  /** Keys: the call has at least one of them if the configured value is fulfilled. */
  keysOf(value: V): Iterable<string>;
  /** The keys that the call has. */
  keysIn(actual: A): string | readonly string[];
}

/** Lets the plan look up bindings by value instead of evaluating each of them. */
export interface EqualityIndex<V, A> {
  /** All keys that fulfill the configured value. */
  keysOf(value: V): Iterable<string>;
  /** The keys that the call has; the condition is fulfilled if one of them is among `keysOf`. */
  keysIn(actual: A): string | readonly string[];
}
