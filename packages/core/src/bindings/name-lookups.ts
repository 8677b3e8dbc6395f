/** Returns the result of `look`, which is called only once for the same `choices`. */
export type NameLookups = <R>(choices: object, look: () => R) => R;

/** Creates the cache of lookups for one check or one import. */
export function nameLookups(): NameLookups {
  const known = new Map<object, unknown>();
  return <R>(choices: object, look: () => R): R => {
    if (!known.has(choices)) known.set(choices, look());
    return known.get(choices) as R;
  };
}
