import type { JsonSchema } from "../contracts/value-type.js";
import { isRecord } from "./is-record.js";

/** Represents any key, or any index, in a path. */
export const anyKey = "*";

/** Limits on the depth and the number of schemas to follow, because a schema can refer to itself. */
const maxDepth = 16;
const maxParts = 10_000;

const combinators = ["allOf", "anyOf", "oneOf"] as const;
const conditionals = ["then", "else"] as const;
const objectKeywords = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"] as const;
const listKeywords = ["items", "prefixItems", "contains"] as const;

/**
 * Returns whether a JSON Schema describes something at a path. It does not if the path leads through a value that has no
 * fields, or names a field that is missing from an object whose fields the schema lists. A schema that lists fields
 * counts as complete unless it also has `patternProperties`, `additionalProperties` or `unevaluatedProperties`.
 */
export function schemaHas(root: JsonSchema, path: readonly string[]): boolean {
  let schemas: readonly unknown[] = [root];
  for (const key of path) {
    schemas = schemas.flatMap((schema) => alternativesOf(schema, root)).flatMap((schema) => partsAt(schema, key));
    if (schemas.length === 0) return false;
    if (schemas.length > maxParts) return true;
  }
  return true;
}

/**
 * Returns the paths that a JSON Schema marks as secret with `writeOnly` or `x-secret`. `*` represents any entry of a
 * list, or any other field.
 */
export function secretPathsIn(root: JsonSchema): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const open: { readonly schema: unknown; readonly path: readonly string[] }[] = [{ schema: root, path: [] }];
  for (let looked = 0; open.length > 0 && looked < maxParts; looked++) {
    const { schema, path } = open.pop() as (typeof open)[number];
    for (const one of alternativesOf(schema, root)) {
      if (one.writeOnly === true || one["x-secret"] === true) {
        found.push(path);
        continue;
      }
      if (path.length === maxDepth) continue;
      for (const [key, part] of Object.entries(record(one.properties)))
        open.push({ schema: part, path: [...path, key] });
      for (const [index, part] of list(one.prefixItems).entries()) {
        open.push({ schema: part, path: [...path, String(index)] });
      }
      for (const part of [
        one.items,
        one.contains,
        one.additionalProperties,
        ...Object.values(record(one.patternProperties)),
      ]) {
        if (isRecord(part)) open.push({ schema: part, path: [...path, anyKey] });
      }
    }
  }
  return found;
}

/**
 * Returns a schema and all schemas that it refers to or combines. Those that only refer to or combine others are
 * omitted.
 */
function alternativesOf(schema: unknown, root: JsonSchema): readonly Readonly<Record<string, unknown>>[] {
  const found: Readonly<Record<string, unknown>>[] = [];
  const seen = new Set<unknown>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const next = open.pop();
    if (next === true) found.push({});
    if (!isRecord(next) || seen.has(next)) continue;
    seen.add(next);
    const parts = [
      ...combinators.flatMap((keyword) => list(next[keyword])),
      ...conditionals.flatMap((keyword) => (isRecord(next[keyword]) ? [next[keyword]] : [])),
    ];
    if (typeof next.$ref === "string") parts.push(definitionOf(next.$ref, root));
    open.push(...parts);
    const own = [...objectKeywords, ...listKeywords, "type", "writeOnly", "x-secret"].some(
      (keyword) => keyword in next,
    );
    if (own || parts.length === 0) found.push(next);
  }
  return found;
}

/** Returns the schemas that describe the value at a key; empty if there are none. */
function partsAt(schema: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const parts: unknown[] = [];
  if (mayBe(schema, "object")) {
    const { properties, additionalProperties } = schema;
    const other = additionalProperties ?? schema.unevaluatedProperties;
    const names = record(properties);
    if (Object.hasOwn(names, key)) parts.push(names[key]);
    else if (Object.keys(record(schema.patternProperties)).length > 0) parts.push(true);
    else if (other !== undefined) parts.push(...(other === false ? [] : [other]));
    else if (!isRecord(properties)) parts.push(true);
  }
  if (mayBe(schema, "array") && /^\d+$/.test(key)) {
    const first = list(schema.prefixItems)[Number(key)];
    const rest = schema.items ?? true;
    if (first !== undefined) parts.push(first);
    else if (rest !== false) parts.push(rest);
  }
  return parts;
}

/** Returns whether a value of this schema can have the type, judged by `type` or, without one, by the keywords. */
function mayBe(schema: Readonly<Record<string, unknown>>, type: "object" | "array"): boolean {
  if (schema.type !== undefined) return [schema.type].flat().includes(type);
  const has = (keywords: readonly string[]) => keywords.some((keyword) => keyword in schema);
  const other = type === "object" ? listKeywords : objectKeywords;
  return has(type === "object" ? objectKeywords : listKeywords) || !has(other);
}

/** Returns the target of a local reference, such as `#/$defs/name`; undefined if there is none. */
export function definitionOf(ref: string, root: JsonSchema): unknown {
  const path = ref.replace(/^#\/?/, "").split("/").filter(Boolean);
  return path.reduce<unknown>((at, key) => {
    const name = decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
    return isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }, root);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
