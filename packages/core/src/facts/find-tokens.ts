import type { Token } from "../contracts/directories.js";
import { type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import type { LookupSource } from "./lookup-source.js";
import { givenSerial } from "./named-serial.js";
import { withFormerToken } from "./removed-objects.js";

/** Finds the token with the call's serial, otherwise the only token of its user. */
export function findToken(facts: LookupSource): MaybePromise<Token | null> {
  return mapMaybe(facts.tokens(), (tokens) =>
    tokens.length === 1 && facts.serials.length <= 1 ? (tokens[0] ?? null) : null,
  );
}

/**
 * Finds every token that the call names by serial; otherwise the tokens that it removed or unassigned (`notes.before`);
 * otherwise every token of its user.
 */
export function findTokens(facts: LookupSource): MaybePromise<readonly Token[]> {
  const { tokens } = facts.directories;
  if (!tokens) return [];
  const { before } = facts.call.notes;
  const find = (serial: string) => mapMaybe(tokens.find(serial), (token) => withFormerToken(token, before, serial));
  const serials = facts.serials;
  if (serials.length === 0) {
    if (before?.tokens?.length) {
      return findOneByOne(
        find,
        before.tokens.map(({ serial }) => serial),
      );
    }
    // a call that names an empty list of serials, or too many, has no tokens; one that names no serial has those of its
    // user
    return facts.namedSerial === undefined ? mapMaybe(facts.userTokens(), (found) => found ?? []) : [];
  }
  if (serials.length === 1) return mapMaybe(find(serials[0] as string), (token) => (token ? [token] : []));
  return findOneByOne(find, serials);
}

/**
 * Returns the serials that the API put into its notes, as one string; undefined if the parameters or the response name
 * serials.
 */
export function notedSerials({ call }: LookupSource): string | undefined {
  return givenSerial(call) === undefined ? call.notes.serial : undefined;
}

/** Finds tokens one after another: a caller's list must not cause many simultaneous queries. */
async function findOneByOne(
  find: (serial: string) => MaybePromise<Token | null>,
  serials: readonly string[],
): Promise<readonly Token[]> {
  const found: Token[] = [];
  for (const serial of serials) {
    const token = await find(serial);
    if (token) found.push(token);
  }
  return found;
}
