/** Looks up the names to choose from, calling each function only once. */
export type NameLookups = <R>(choices: object, look: () => R) => R;

/** Caches lookups for one check or one import. */
export function nameLookups(): NameLookups {
  const known = new Map<object, unknown>();
  return <R>(choices: object, look: () => R): R => {
    if (!known.has(choices)) known.set(choices, look());
    return known.get(choices) as R;
  };
}
