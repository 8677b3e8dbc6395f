/** Records plain objects and arrays as they were at one moment; anything else is compared by identity. */
export interface Snapshot {
  isUnchanged(): boolean;
}

/** Maximum nesting that is examined. */
const maxDepth = 32;

/** Takes a snapshot of a value. */
export function snapshotOf(value: unknown): Snapshot {
  const parts = partsOf(value);
  return {
    isUnchanged() {
      const now = partsOf(value);
      return now.length === parts.length && now.every((part, index) => Object.is(part, parts[index]));
    },
  };
}

/** Returns the keys and leaves, in order. */
function partsOf(value: unknown, depth = 0): unknown[] {
  if (!isPlain(value) || depth > maxDepth) return [value];
  const keys = Reflect.ownKeys(value).filter((key) => key !== "length");
  return [value, keys.length, ...keys.flatMap((key) => [key, ...partsOf(Reflect.get(value, key), depth + 1)])];
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
