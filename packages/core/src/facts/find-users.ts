import type { Token, User } from "../contracts/directories.js";
import { isPromise, type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import type { CallUser } from "./call-user.js";
import type { LookupSource } from "./lookup-source.js";
import { formerUser, isSameUser } from "./removed-objects.js";

/**
 * Finds the call's user if they exist; otherwise the user whom the call removed; otherwise the owner of the token with
 * the call's serial.
 */
export function findUser(facts: LookupSource): MaybePromise<CallUser | null> {
  const { users } = facts.directories;
  const named = facts.call.request.user;
  if (!users) return null;
  if (!named || named.login === "") return findUnnamedUser(facts);
  const { foundUser } = facts;
  // attributes may differ between realms
  if (foundUser && foundUser.realm === named.realm && isSameUser(foundUser, named)) return callUser(foundUser, true);
  const found = users.find(named);
  return isPromise(found) ? namedUserLater(facts, found) : namedUser(facts, found);
}

function namedUserLater(facts: LookupSource, found: Promise<User | null>): Promise<CallUser | null> {
  return found.then((user) => namedUser(facts, user));
}

function namedUser(facts: LookupSource, user: User | null): MaybePromise<CallUser | null> {
  return user ? callUser(user, true) : findUnnamedUser(facts);
}

function findUnnamedUser(facts: LookupSource): MaybePromise<CallUser | null> {
  const removed = facts.call.notes.before?.user;
  if (!removed) return findOwnerOfSerial(facts);
  return mapMaybe(facts.directories.users?.find(removed) ?? null, (user) =>
    user ? callUser(user, true) : callUser(removed, false),
  );
}

/**
 * Finds the owner of the token if the call names exactly one serial. The token of the call's user is not considered,
 * since its lookup depends on the user.
 */
function findOwnerOfSerial(facts: LookupSource): MaybePromise<CallUser | null> {
  return facts.serials.length === 1 ? facts.tokenOwner() : null;
}

/** Finds the user to whom the call's token is assigned, whether or not they still exist. */
export function findOwner(facts: LookupSource): MaybePromise<CallUser | null> {
  return mapMaybe(facts.token(), (token) => ownerOf(facts, token));
}

function ownerOf(facts: LookupSource, token: Token | null): MaybePromise<CallUser | null> {
  const { users } = facts.directories;
  const owner = token?.owner;
  if (!users || !owner) return null;
  return mapMaybe(owner.login === "" ? null : users.find(owner), (user) => {
    if (user) return callUser(user, true);
    const removed = formerUser(facts.call.notes.before, owner);
    return removed ? callUser(removed, false) : { ...owner, exists: false, attributes: {} };
  });
}

/** Finds the resolvers of all realms of the call's token, without duplicates. */
export function findResolvers(facts: LookupSource): MaybePromise<readonly string[]> {
  return mapMaybe(facts.token(), (token) => resolversOf(facts, token));
}

function resolversOf(facts: LookupSource, token: Token | null): MaybePromise<readonly string[]> {
  const { users } = facts.directories;
  if (!users || !token) return [];
  const found = token.realms.map((realm) => users.resolversOf(realm));
  const unique = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];
  return found.some(isPromise) ? Promise.all(found).then(unique) : unique(found as (readonly string[])[]);
}

/** Finds the tokens of the call's user; null without a user. */
export function findUserTokens(facts: LookupSource): MaybePromise<readonly Token[] | null> {
  const { tokens } = facts.directories;
  return mapMaybe(facts.user(), (user) => (tokens && isCounted(facts, user) ? tokens.ofUser(user) : null));
}

/** Returns the number of containers of the call's user; null without a user. */
export function countUserContainers(facts: LookupSource): MaybePromise<number | null> {
  const { containers } = facts.directories;
  return mapMaybe(facts.user(), (user) => (containers && isCounted(facts, user) ? containers.countOfUser(user) : null));
}

/** Returns the number of tokens of the call's user; null without a user. */
export function countUserTokens(facts: LookupSource): MaybePromise<number | null> {
  const { tokens } = facts.directories;
  return mapMaybe(facts.user(), (user) => {
    if (!isCounted(facts, user) || !tokens) return null;
    if (tokens.countOfUser) return tokens.countOfUser(user);
    return mapMaybe(facts.userTokens(), (found) => found?.length ?? null);
  });
}

/**
 * Returns whether the user's objects can be counted: those of an existing user, and the remaining ones of a user whom
 * the call removed, but not those of another user who no longer exists.
 */
function isCounted(facts: LookupSource, user: CallUser | null): user is CallUser {
  return user !== null && (user.exists || formerUser(facts.call.notes.before, user) !== null);
}

function callUser({ login, realm, resolver, uid, attributes }: User, exists: boolean): CallUser {
  return uid === undefined
    ? { login, realm, resolver, attributes, exists }
    : { login, realm, resolver, uid, attributes, exists };
}
