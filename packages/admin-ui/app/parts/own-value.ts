/**
 * Returns the value of an object's own property, whose name may be one that every object inherits, such as
 * `constructor`.
 */
export function ownValue<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
