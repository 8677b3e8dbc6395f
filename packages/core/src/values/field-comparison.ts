import { ValueError } from "../contracts/errors.js";
import type { FieldIndex, ValueType } from "../contracts/value-type.js";
import { pointerKeys, prototypeKeys } from "../internal/path.js";
import { showValue } from "../internal/show-value.js";
import { equalityKey } from "./compare-values.js";
import { fieldIndex, type KeyComparison, keyComparison } from "./key-comparison.js";

/** A comparison of a field at a path. */
export interface FieldComparison extends KeyComparison {
  /** The keys that lead to the field. */
  readonly path: readonly string[];
}

/** How a key of a comparison is read if it is not a JSON pointer. */
export type FieldKey = "name" | "dotted path" | "header";

/** Maximum number of keys in a path. */
const maxKeys = 32;

const keyAllowed: { readonly [K in FieldKey]: string } = {
  name: "a name (amount) or a JSON pointer (/order/amount)",
  "dotted path": "a path (order.amount) or a JSON pointer (/order/amount)",
  header: "the name of a header",
};

/**
 * Creates the value type of a comparison of a field of the call, `key op value`: the key is a JSON pointer if it begins
 * with a slash, otherwise it is read as `key` specifies. Keys that lead to a prototype are refused.
 */
export function fieldComparison(key: FieldKey): ValueType<FieldComparison> {
  const comparison = keyComparison();
  const allowed = `${keyAllowed[key]}, ${comparison.allowed.replace("a name, ", "")}`;
  return {
    ...comparison,
    allowed,
    parse(raw) {
      const wanted = comparison.parse(raw);
      return { ...wanted, path: pathOf(wanted.key, key) };
    },
  };
}

/** Finds bindings by fields that may be lists, in which one entry must fulfill the comparison. */
export const listedFieldIndex: FieldIndex<FieldComparison, string | readonly string[]> = {
  fieldOf: ({ path, equalTo }) => (equalTo ? JSON.stringify(path) : undefined),
  keysOf: fieldIndex.keysOf,
  keysIn: (field) => (typeof field === "string" ? equalityKey(field) : [...new Set(field.map(equalityKey))]),
};

/**
 * Returns the keys that lead to a parameter: those of a JSON pointer if the name begins with a slash, otherwise only
 * the name.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function parameterPath(name: string): readonly string[] {
  return pathOf(name, "name");
}

function pathOf(name: string, key: FieldKey): readonly string[] {
  const path = keysIn(name, key);
  if (!path || path.length > maxKeys || path.some((each) => each === "" && key === "dotted path")) {
    throw new ValueError(`${showValue(name)} is not a valid path.`, `${keyAllowed[key]} of at most ${maxKeys} keys`);
  }
  const refused = path.find((each) => prototypeKeys.has(each));
  if (refused !== undefined) {
    throw new ValueError(`${showValue(refused)} leads to a prototype.`, keyAllowed[key]);
  }
  return path;
}

function keysIn(name: string, key: FieldKey): readonly string[] | undefined {
  if (key === "header") return /^[!#$%&'*+.^_`|~\w-]+$/.test(name) ? [name.toLowerCase()] : undefined;
  if (name.startsWith("/")) return pointerKeys(name);
  return key === "name" ? [name] : name.split(".");
}
