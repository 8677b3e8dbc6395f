import type { CallField } from "../contracts/call.js";
import type { JsonValue } from "../contracts/json.js";
import { secretMark } from "../internal/mask-url.js";

/** Maximum depth to which values are copied. */
const maxDepth = 32;

/**
 * A key that no value has. `isSecret` returns true for the path of a value that is secret, or that only contains a
 * secret; with this key appended, it returns true only if the value is secret as a whole.
 */
const anyOther = "\u0000";

/** Headers that contain the URL of a call, or another URL, in which the secrets of a query would not be masked. */
const urlHeaders: ReadonlySet<string> = new Set([
  ...["referer", "location", "content-location", "refresh", "link"],
  ...["x-original-uri", "x-original-url", "x-rewrite-url", "x-forwarded-uri", "x-forwarded-url", "x-request-uri"],
]);

/**
 * The limit of work, in characters of paths that are checked for each character of the copy. The whole path of each
 * value is checked, which takes long for deep values with long names.
 */
const workPerLength = 20;

/** The secrets that a copy masks. */
export interface MaskingRules {
  isSecret(field: CallField): boolean;
  hideSecrets<T>(value: T): T;
}

/**
 * Copies parts of a call as JSON, and marks values that must not, or cannot, be kept. Its time and size, including that
 * of `masked`, depend only on the budget, not on the depth of values or the length of names.
 */
export class MaskedCopy {
  /** The positions of `***`. */
  readonly masked: (readonly string[])[] = [];
  readonly #rules: MaskingRules;
  #left: number;
  #workLeft: number;

  /** @param length Maximum characters of JSON for all copies together. */
  constructor(rules: MaskingRules, length: number) {
    this.#rules = rules;
    this.#left = length;
    this.#workLeft = length * workPerLength;
  }

  /**
   * Returns a copy of a value, or `***` if the copy would exceed the remaining budget. `place` is the path of the value
   * in the recorded state.
   */
  of(part: CallField["in"], value: unknown, place: readonly string[]): JsonValue {
    const [left, count] = [this.#left, this.masked.length];
    const copy = this.#copy(part, value, [], place);
    if (this.#left >= 0) return copy;
    this.#left = left;
    this.masked.length = count;
    this.masked.push(place);
    return secretMark;
  }

  /** Returns a string that is not a field of the call, such as its path, with `***` instead of the host's secrets. */
  text(value: string, place: readonly string[]): string {
    const shown = this.#rules.hideSecrets(value);
    if (shown !== value) this.masked.push(place);
    return shown;
  }

  #copy(part: CallField["in"], value: unknown, path: readonly string[], place: readonly string[]): JsonValue {
    if (this.#left < 0) return null;
    const isContainer = typeof value === "object" && value !== null;
    const asked = isContainer || path.length === 0 ? [...path, anyOther] : path;
    this.#workLeft -= lengthOf(asked);
    if (this.#workLeft < 0) {
      this.#left = -1;
      return null;
    }
    if (this.#rules.isSecret({ in: part, path: asked }) || this.#isUnreadable(part, value, path)) {
      return this.#mask(place);
    }
    if (!isContainer) return this.#scalar(value, place);
    if (path.length === maxDepth) return this.#mask(place);
    if (Array.isArray(value)) {
      const list: JsonValue[] = [];
      for (let index = 0; index < value.length && this.#left >= 0; index++) {
        this.#left -= 1;
        const key = String(index);
        list.push(this.#copy(part, value[index], [...path, key], [...place, key]));
      }
      return list;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return this.#mask(place);
    const entries: (readonly [string, JsonValue])[] = [];
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      this.#left -= key.length > this.#left ? key.length : JSON.stringify(key).length + 2;
      if (this.#left < 0) break;
      entries.push([key, this.#copy(part, entry, [...path, key], [...place, key])]);
    }
    return Object.fromEntries(entries);
  }

  /**
   * Returns whether the secrets in a value cannot be determined: those of a URL in a header, or of a response that is
   * not JSON.
   */
  #isUnreadable(part: CallField["in"], value: unknown, path: readonly string[]): boolean {
    if (part === "response") return path.length === 0 && typeof value === "string" && value !== "";
    return part === "headers" && path[0] !== undefined && urlHeaders.has(path[0].toLowerCase());
  }

  #scalar(value: unknown, place: readonly string[]): JsonValue {
    if (typeof value === "string") {
      // first without escapes, which do not need to be counted if the string is too long anyway
      this.#left -= value.length > this.#left ? value.length : JSON.stringify(value).length;
      return this.#left < 0 ? null : this.text(value, place);
    }
    this.#left -= 5;
    if (value === null || value === undefined) return null;
    if (typeof value === "boolean" || Number.isFinite(value)) return value as boolean | number;
    return this.#mask(place);
  }

  #mask(place: readonly string[]): JsonValue {
    this.#left -= lengthOf(place);
    if (this.#left < 0) return null;
    this.masked.push(place);
    return secretMark;
  }
}

/** Returns the number of characters of a path as JSON, without escapes. */
function lengthOf(path: readonly string[]): number {
  return path.reduce((length, key) => length + key.length + 3, 2);
}
