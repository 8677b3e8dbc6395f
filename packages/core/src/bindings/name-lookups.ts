import type { MaybePromise } from "../contracts/maybe-promise.js";

/** Looks names to choose from up; once for each function that gives them. */
export type NameLookups = <N extends readonly string[] | undefined>(
  choices: object,
  look: () => MaybePromise<N>,
) => MaybePromise<N>;

/** Remembers what was looked up, for as long as it is used: for one check, or one import. */
export function nameLookups(): NameLookups {
  const known = new Map<object, unknown>();
  return (choices, look) => {
    if (!known.has(choices)) known.set(choices, look());
    return known.get(choices) as ReturnType<typeof look>;
  };
}
