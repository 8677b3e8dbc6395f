/** Returns an own property of an object, not one of its prototype; undefined for anything that is not an object. */
export function ownValue(object: unknown, key: string): unknown {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return undefined;
  return Object.hasOwn(object, key) ? (object as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** Returns a field of a record of strings; undefined if there is no field with that name. */
export function fieldOf(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
