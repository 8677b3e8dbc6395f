import type { Container, Token } from "../contracts/directories.js";
import { type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import type { LookupSource } from "./lookup-source.js";

/** Returns the tokens of the call that exist now. The call may have deleted some of them. */
export function existingTokens(facts: LookupSource): MaybePromise<readonly Token[]> {
  const { before } = facts.call.notes;
  const { tokens } = facts.directories;
  const found = facts.tokens();
  if (!before?.tokens?.length || !tokens) return found;
  return mapMaybe(found, async (known) => {
    const existing: Token[] = [];
    for (const token of known) {
      if ((await tokens.find(token.serial)) !== null) existing.push(token);
    }
    return existing;
  });
}

/** Returns the call's container if it exists now. */
export function existingContainer(facts: LookupSource): MaybePromise<Container | null> {
  const former = facts.call.notes.before?.container;
  return mapMaybe(facts.container(), (container) =>
    former && container?.serial === former.serial
      ? (facts.directories.containers?.find(container.serial) ?? null)
      : container,
  );
}
