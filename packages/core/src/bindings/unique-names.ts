/** Maximum length of a binding's name, in characters. */
export const maxNameLength = 255;

/**
 * Makes names unique: the first of several equal ones is kept, the second `alarm` becomes `alarm (2)`. A generated name
 * never occurs elsewhere in the list. Takes linear time.
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  const next = new Map<string, number>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    for (let number = next.get(name) ?? 2; ; number++) {
      const suffix = ` (${number})`;
      const unique = name.slice(0, maxNameLength - suffix.length).replace(/[\uD800-\uDBFF]$/, "") + suffix;
      if (taken.has(unique)) continue;
      taken.add(unique);
      next.set(name, number + 1);
      return unique;
    }
  });
}
