import type { CallField } from "../contracts/call.js";
import type { JsonValue } from "../contracts/json.js";
import { secretMark } from "../internal/mask-url.js";

/** How deep values are copied. */
const maxDepth = 32;

/** No key is called so: it tells what is secret with all that it holds from what only has something secret in it. */
const anyOther = "\u0000";

/** The fields that a copy omits. */
export interface MaskingRules {
  isSecret(field: CallField): boolean;
  hideSecrets<T>(value: T): T;
}

/** Copies parts of a call as JSON, and marks what must not, or cannot, be kept. Takes no longer than its budget is large. */
export class MaskedCopy {
  /** Where `***` stands. */
  readonly masked: (readonly string[])[] = [];
  readonly #rules: MaskingRules;
  #left: number;

  /** @param length Characters of all copies together. */
  constructor(rules: MaskingRules, length: number) {
    this.#rules = rules;
    this.#left = length;
  }

  /** A copy of a value; it is left out as a whole if it is longer than what is left. `place` is where it stands in the state. */
  of(part: CallField["in"], value: unknown, place: readonly string[]): JsonValue {
    const [left, count] = [this.#left, this.masked.length];
    const copy = this.#copy(part, value, [], place);
    if (this.#left >= 0) return copy;
    this.#left = left;
    this.masked.length = count;
    return this.#mask(place);
  }

  /** A string that is not a field of the call. */
  text(value: string, place: readonly string[]): string {
    const shown = this.#rules.hideSecrets(value);
    if (shown !== value) this.masked.push(place);
    return shown;
  }

  #copy(part: CallField["in"], value: unknown, path: readonly string[], place: readonly string[]): JsonValue {
    if (this.#left < 0) return null;
    const isContainer = typeof value === "object" && value !== null;
    const asked = isContainer || path.length === 0 ? [...path, anyOther] : path;
    if (this.#rules.isSecret({ in: part, path: asked })) return this.#mask(place);
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
      this.#left -= key.length + 3;
      if (this.#left < 0) break;
      entries.push([key, this.#copy(part, entry, [...path, key], [...place, key])]);
    }
    return Object.fromEntries(entries);
  }

  #scalar(value: unknown, place: readonly string[]): JsonValue {
    if (typeof value === "string") {
      this.#left -= value.length + 2;
      return this.#left < 0 ? null : this.text(value, place);
    }
    this.#left -= 5;
    if (value === null || value === undefined) return null;
    if (typeof value === "boolean" || Number.isFinite(value)) return value as boolean | number;
    return this.#mask(place);
  }

  #mask(place: readonly string[]): string {
    this.masked.push(place);
    return secretMark;
  }
}
