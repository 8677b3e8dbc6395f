/** Looks names to choose from up; once for each function that gives them. */
export type NameLookups = <R>(choices: object, look: () => R) => R;

/** Remembers what was looked up, for as long as it is used: for one check, or one import. */
export function nameLookups(): NameLookups {
  const known = new Map<object, unknown>();
  return <R>(choices: object, look: () => R): R => {
    if (!known.has(choices)) known.set(choices, look());
    return known.get(choices) as R;
  };
}
