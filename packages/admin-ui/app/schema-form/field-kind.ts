import type { Schema } from "../api/describe.ts";
import { ownValue } from "../parts/own-value.ts";

/** The kind of input for a schema. */
export type FieldKind =
  | "secret"
  | "enum"
  | "boolean"
  | "number"
  | "date"
  | "date-time"
  | "text"
  | "long-text"
  | "strings"
  | "object"
  | "list"
  | "json";

/** Nested objects beyond this depth are edited as JSON. */
const maxDepth = 6;

/** From this depth on, objects without a value are opened on demand, since each level may have many of them. */
const maxOpenDepth = 3;

/** Returns the local references that were followed to resolve a schema. */
export function referencesOf(schema: Schema, root: Schema): readonly string[] {
  const references: string[] = [];
  resolveSchema(schema, root, references);
  return references;
}

/**
 * Returns whether the fields of an object are shown. They are hidden for an object without a value that is inside an
 * object of the same kind, or deeply nested: a schema that refers to itself is infinite, and a few that refer to one
 * another have thousands of fields.
 */
export function isOpen(value: unknown, depth: number, own: readonly string[], outer: readonly string[]): boolean {
  return value !== undefined || (depth < maxOpenDepth && !own.some((reference) => outer.includes(reference)));
}

/** Follows local references, and takes the only schema of `allOf` or of a union, not counting `null`. */
export function resolveSchema(schema: Schema, root: Schema, followed: string[] = []): Schema {
  let resolved = schema;
  for (let steps = 0; steps < 20; steps += 1) {
    const { $ref, anyOf, oneOf, allOf, ...rest } = resolved;
    if ($ref !== undefined) {
      const target = $ref === "#" ? root : ($ref.match(/^#\/\$defs\/([^/]+)$/)?.[1] ?? undefined);
      const found =
        typeof target === "string"
          ? ownValue(root.$defs ?? {}, target.replaceAll("~1", "/").replaceAll("~0", "~"))
          : target;
      if (!found) return { ...rest };
      followed.push($ref);
      resolved = { ...found, ...rest };
      continue;
    }
    const union = (anyOf ?? oneOf)?.filter(({ type }) => type !== "null");
    const single = union?.length === 1 ? union[0] : allOf?.length === 1 ? allOf[0] : undefined;
    if (!single) return resolved;
    resolved = { ...single, ...rest };
  }
  return resolved;
}

/** Chooses the input of a schema without references. */
export function fieldKind(schema: Schema, depth = 0): FieldKind {
  const types = typesOf(schema);
  const has = (type: string) => types.includes(type);
  if (schema["x-secret"] === true && !has("object") && !has("array")) {
    return schema["x-widget"] === "text" ? "long-text" : "secret";
  }
  if (enumOf(schema)) return "enum";
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return stringOrStrings(union) ? "strings" : "json";
  if (schema.allOf || types.length === 0) return schema.properties ? objectKind(schema, depth) : "json";
  if (has("boolean") && !has("number") && !has("object") && !has("array")) return "boolean";
  if (schema["x-widget"] === "text" && has("string")) return "long-text";
  if (types.every((type) => type === "integer" || type === "number" || (type === "string" && isNumeric(types)))) {
    return "number";
  }
  if (has("object")) return types.length === 1 ? objectKind(schema, depth) : has("string") ? "long-text" : "json";
  if (has("array")) return types.length === 1 ? listKind(schema, depth) : "json";
  if (schema.format === "date") return "date";
  if (schema.format === "date-time") return "date-time";
  return "text";
}

function objectKind({ properties }: Schema, depth: number): FieldKind {
  return properties && Object.keys(properties).length > 0 && depth < maxDepth ? "object" : "json";
}

function listKind({ items }: Schema, depth: number): FieldKind {
  if (!items || depth >= maxDepth) return "json";
  const plainStrings = typesOf(items).join() === "string" && !items.format && !items["x-secret"] && !items["x-tags"];
  return plainStrings ? "strings" : "list";
}

function isNumeric(types: readonly string[]): boolean {
  return types.includes("integer") || types.includes("number");
}

/** Returns whether a field contains one name or several: `anyOf` a string and an array of strings. */
function stringOrStrings(union: readonly Schema[]): boolean {
  const kinds = union.map((one) => typesOf(one).join());
  return (
    union.length === 2 && kinds.includes("string") && union.some((one) => typesOf(one.items ?? {}).join() === "string")
  );
}

/** Returns the types of a schema without `null`, which a field expresses by being empty. */
export function typesOf({ type }: Schema): readonly string[] {
  const types = type === undefined ? [] : typeof type === "string" ? [type] : type;
  return types.filter((one) => one !== "null");
}

/** Returns the values of an enumeration, of a constant, or of a union of constants. */
export function enumOf({ enum: values, const: constant, anyOf, oneOf }: Schema): readonly unknown[] | undefined {
  if (values) return values.filter((value) => value !== null);
  if (constant !== undefined) return [constant];
  const union = (anyOf ?? oneOf)?.filter(({ type }) => type !== "null");
  if (!union || union.length === 0) return undefined;
  const parts = union.map((one) => (one.enum ? one.enum : one.const === undefined ? undefined : [one.const]));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** Returns whether an option is shown: some apply only to certain values of another option. */
export function isVisible(schema: Schema, values: Readonly<Record<string, unknown>>, siblings: Schema): boolean {
  const rule = schema["x-visible-if"];
  if (!rule) return true;
  const value = ownValue(values, rule.option) ?? ownValue(siblings.properties ?? {}, rule.option)?.default;
  if (rule.value === undefined) return value !== undefined && value !== "";
  const wanted = Array.isArray(rule.value) ? rule.value : [rule.value];
  return wanted.some((one) => text(one) === text(value));
}

/** Converts a value to text for a comparison; `True`, `1` and `true` are the same flag. */
function text(value: unknown): string {
  const flag = readFlag(value);
  return flag === undefined ? String(value ?? "") : String(flag);
}

/** Reads a boolean, or a stored value that represents one. */
export function readFlag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (/^(true|1)$/i.test(String(value ?? ""))) return true;
  return /^(false|0)$/i.test(String(value ?? "")) ? false : undefined;
}
