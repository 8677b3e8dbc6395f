import type { MaybePromise } from "@bookend/core";

type Choices = () => MaybePromise<readonly string[]>;

/** The choices of an action's options, as far as the host provides them. */
export function choicesOf(given: Readonly<Record<string, Choices | undefined>>): Readonly<Record<string, Choices>> {
  const known = Object.entries(given).filter((entry): entry is [string, Choices] => entry[1] !== undefined);
  return Object.fromEntries(known);
}
