import { BookendError, type ErrorCode } from "../contracts/errors.js";
import { isRecord } from "../internal/is-record.js";
import { nearest } from "../internal/nearest.js";
import { problemMessage } from "../internal/problem-message.js";
import { showValue } from "../internal/show-value.js";

/** The names that an object of type `T` may have; the compiler ensures that the list matches the type. */
export type KnownNames<T> = { readonly [K in keyof Required<T>]: true };

/** The fields of an object that has not been checked yet. */
export type Fields<T> = { readonly [K in keyof Required<T>]: unknown };

/**
 * Checks the fields of a definition, and throws for the first one that is not valid. The error has the given code, and
 * its message names the field (`handlers.Counter.actions.add.timeoutMs`), the value and what is allowed.
 */
export class DefinitionCheck {
  readonly #code: ErrorCode;
  readonly #path: string;

  constructor(code: ErrorCode, path: string) {
    this.#code = code;
    this.#path = path;
  }

  /** Returns the check of a field of this definition. */
  at(field: string): DefinitionCheck {
    return new DefinitionCheck(this.#code, `${this.#path}.${field}`);
  }

  /** Runs checks; an exception from an unreadable value becomes an error of this definition. */
  guard(checks: () => void): void {
    try {
      checks();
    } catch (error) {
      if (error instanceof BookendError) throw error;
      throw this.error(undefined, "it cannot be read", "an object that can be read", error);
    }
  }

  /** Creates the error for this definition itself, or for one of its fields. */
  error(field: string | undefined, what: string, allowed: string, cause?: unknown): BookendError {
    const path = field === undefined ? this.#path : `${this.#path}.${field}`;
    return new BookendError(this.#code, problemMessage(what, allowed, path), { cause });
  }

  field(field: string, value: unknown, ok: boolean, allowed: string): void {
    if (!ok) throw this.error(field, value === undefined ? "is missing" : `${shown(value)} is not valid`, allowed);
  }

  /** Like `field`, for an optional field. */
  optional(field: string, value: unknown, ok: (value: NonNullable<unknown> | null) => boolean, allowed: string): void {
    if (value !== undefined) this.field(field, value, readable(() => ok(value)) === true, allowed);
  }

  /** Checks that a value is an object with only known names. Returns its fields, each read once. */
  object<T>(value: unknown, known: KnownNames<T>): Fields<T> {
    if (!isRecord(value)) throw this.error(undefined, `${shown(value)} is not an object`, "an object");
    for (const name of this.#keys(undefined, value)) {
      if (Object.hasOwn(known, name)) continue;
      const names = Object.keys(known);
      const meant = nearest(name, names);
      const hint = meant === undefined ? "" : ` Did you mean ${showValue(meant)}?`;
      const path = `${this.#path}.${name}`;
      throw new BookendError(this.#code, problemMessage(`the option does not exist.${hint}`, names.join(", "), path));
    }
    const fields: Record<string, unknown> = {};
    for (const name of Object.keys(known)) fields[name] = this.read(value, name);
    return fields as Fields<T>;
  }

  /** Returns the fields of an object with arbitrary names. */
  entries(field: string, value: object): readonly (readonly [string, unknown])[] {
    return this.#keys(field, value).map((name) => [name, this.at(field).read(value as Record<string, unknown>, name)]);
  }

  #keys(field: string | undefined, value: object): readonly string[] {
    try {
      return Object.keys(value);
    } catch (error) {
      throw this.error(field, "its fields cannot be read", "an object", error);
    }
  }

  /** Reads a field, which may have a getter. */
  read(value: Readonly<Record<string, unknown>>, name: string): unknown {
    try {
      return value[name];
    } catch (error) {
      throw this.error(name, "the getter threw", "a value that can be read", error);
    }
  }
}

/** Returns a value as shown in messages about a definition. */
function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "number") return `"${value}"`;
  return showValue(value);
}

/** Returns whether a value is a list without holes whose entries are all among the given names. */
export function isListOf(value: unknown, names: readonly string[]): boolean {
  // `every` skips the holes of a sparse array
  return readable(() => Array.isArray(value) && [...value].every((entry) => names.includes(entry as string))) === true;
}

/** Returns the result of a function, or undefined if it throws. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
