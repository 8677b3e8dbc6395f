import { isRecord } from "./is-record.js";

const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Returns whether every object inherits a property of this name, such as `constructor`. */
export function isInherited(name: string): boolean {
  return inherited.has(name);
}

/** Returns whether a JSON Schema has a field, at any depth, with a name that `matches`. */
export function hasFieldNamed(schema: unknown, matches: (name: string) => boolean): boolean {
  const seen = new Set<object>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== "object" || part === null || seen.has(part)) continue;
    seen.add(part);
    const { properties } = part as { readonly properties?: unknown };
    if (isRecord(properties) && Object.keys(properties).some(matches)) return true;
    open.push(...Object.values(part));
  }
  return false;
}

/**
 * Returns a copy of a value whose objects inherit nothing, at any depth. Schema libraries read a field, or test for it
 * with `in`, and would otherwise find a missing field named `constructor` in every object.
 */
export function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!isRecord(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutPrototypes(part)])),
  );
}
