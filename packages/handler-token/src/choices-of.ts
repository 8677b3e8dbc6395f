import type { MaybePromise } from "@bookend/core";

type Choices = () => MaybePromise<readonly string[]>;

/** Returns the choices for an action's options that the host provides. */
export function choicesOf(given: Readonly<Record<string, Choices | undefined>>): Readonly<Record<string, Choices>> {
  const known = Object.entries(given).filter((entry): entry is [string, Choices] => entry[1] !== undefined);
  return Object.fromEntries(known);
}
