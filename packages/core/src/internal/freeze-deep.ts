function refuse(): never {
  throw new TypeError("Options are shared by all calls and cannot be changed.");
}

/** Returns a prototype on which the methods that change the object throw, and all others work as before. */
function frozenPrototype(of: object, changing: (method: string) => boolean): object {
  const prototype: object = Object.create(of);
  for (const method of Object.getOwnPropertyNames(of).filter(changing)) {
    Object.defineProperty(prototype, method, { value: refuse });
  }
  return prototype;
}

// freezing does not stop the methods of sets, maps and dates, so such a value gets a prototype on which they throw
const changingMethods: ReadonlySet<string> = new Set(["add", "set", "delete", "clear"]);
const frozenPrototypes = new Map<unknown, object>([
  [Set.prototype, frozenPrototype(Set.prototype, (method) => changingMethods.has(method))],
  [Map.prototype, frozenPrototype(Map.prototype, (method) => changingMethods.has(method))],
  [Date.prototype, frozenPrototype(Date.prototype, (method) => method.startsWith("set"))],
]);

/**
 * Makes a parsed value immutable: objects, arrays, sets, maps and dates, at any depth. Objects of other classes are
 * left unchanged, since they may depend on their state. Returns its argument.
 */
export function freezeDeep<T>(value: T): T {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    const prototype: unknown = Object.getPrototypeOf(next);
    if (prototype === Object.prototype || prototype === null || Array.isArray(next)) {
      Object.freeze(next);
      for (const key of Reflect.ownKeys(next)) {
        const property = Object.getOwnPropertyDescriptor(next, key);
        if (property && "value" in property) waiting.push(property.value);
      }
      continue;
    }
    const frozen = frozenPrototypes.get(prototype);
    if (!frozen) continue;
    Object.setPrototypeOf(next, frozen);
    if (next instanceof Set) for (const entry of next) waiting.push(entry);
    if (next instanceof Map) for (const [key, entry] of next) waiting.push(key, entry);
    Object.freeze(next);
  }
  return value;
}
