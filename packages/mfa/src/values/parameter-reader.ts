import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/**
 * Reads the parameters of a call by type. Errors name the parameter and what is allowed, but never show the value that
 * was given.
 */
export class ParameterReader {
  readonly all: Readonly<Record<string, unknown>>;

  constructor(all: Readonly<Record<string, unknown>>) {
    this.all = all;
  }

  /**
   * Returns a string; undefined when absent. Numbers and booleans of a JSON body count as strings.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  text(name: string): string | undefined {
    const value = this.#own(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return withoutNul(name, value);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw parameterError(problemMessage("is a list or an object", "a single string", name));
  }

  /**
   * Returns a string that is present and not empty.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw parameterError(`Missing parameter: ${name}`);
    return value;
  }

  /**
   * Returns the first of these parameters that is present.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  oneOf(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.text(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /**
   * Returns a whole number from `min` to `max`. The limits are required, since databases cannot store larger numbers.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  integer(name: string, min: number, max: number): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined || text === "") return undefined;
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text) || value < min || value > max) {
      throw parameterError(problemMessage("is not valid", `a whole number from ${min} to ${max}`, name));
    }
    return value;
  }

  /**
   * Returns a boolean: `1`, `true`, `0` or `false`, in any letter case.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  flag(name: string): boolean | undefined {
    const text = this.text(name)?.trim().toLowerCase();
    if (text === undefined || text === "") return undefined;
    if (text === "1" || text === "true") return true;
    if (text === "0" || text === "false") return false;
    throw parameterError(problemMessage("is not valid", "1, true, 0, false", name));
  }

  /**
   * Returns the entries of a list, or of a comma-separated string.
   *
   * @param most Maximum number of entries.
   * @throws {MfaError} PARAMETER_INVALID
   */
  list(name: string, most = Number.POSITIVE_INFINITY): readonly string[] | undefined {
    const entries = this.#entries(name);
    if (entries !== undefined && entries.length > most) {
      throw parameterError(problemMessage(`has ${entries.length} entries`, `up to ${most}`, name));
    }
    return entries;
  }

  #entries(name: string): readonly string[] | undefined {
    const value = this.#own(name);
    if (!Array.isArray(value)) {
      return this.text(name)
        ?.split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "");
    }
    if (!value.every((entry) => typeof entry === "string")) {
      throw parameterError(problemMessage("has an entry that is not a string", "a list of strings", name));
    }
    return value.map((entry) => withoutNul(name, entry));
  }

  /**
   * Returns the parameters that begin with a prefix: `option.a` and `option.b` as `{ a, b }`.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  group(prefix: string): Readonly<Record<string, string>> {
    const names = Object.keys(this.all).filter((name) => name.startsWith(prefix) && name.length > prefix.length);
    return Object.fromEntries(names.map((name) => [name.slice(prefix.length), this.text(name) ?? ""]));
  }

  /**
   * Returns the strings with these names that are present.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  pick<const N extends string>(names: readonly N[]): { [K in N]?: string } {
    const found = names.map((name) => [name, this.text(name)] as const).filter(([, value]) => value !== undefined);
    return Object.fromEntries(found) as { [K in N]?: string };
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.all, name) ? this.all[name] : undefined;
  }
}

/** Refuses NUL, which PostgreSQL cannot store and which truncates file names. */
function withoutNul(name: string, value: string): string {
  if (!value.includes("\0")) return value;
  throw parameterError(problemMessage("contains a NUL character", "a string without one", name));
}
