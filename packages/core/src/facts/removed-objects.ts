import type { Container, RemovedObjects, Token, User } from "../contracts/directories.js";
import type { UserRef } from "../contracts/user-ref.js";

/**
 * Returns the token after a call, with the owner and realms that the call removed from it; its former state if it no
 * longer exists.
 */
export function withFormerToken(token: Token | null, before: RemovedObjects | undefined, serial: string): Token | null {
  const former = before?.tokens?.find((one) => one.serial === serial);
  if (!former) return token;
  if (!token) return former;
  const { owner, realms } = token;
  return { ...token, owner: owner ?? former.owner, realms: realms.length > 0 ? realms : former.realms };
}

/**
 * Returns the container after a call, with the owners and realms that the call removed from it; its former state,
 * without tokens, if it no longer exists.
 */
export function withFormerContainer(
  container: Container | null,
  before: RemovedObjects | undefined,
  serial: string | undefined,
): Container | null {
  const former = before?.container;
  if (!former || former.serial !== serial) return container;
  // no tokens, since their number is always the current number
  if (!container) return { ...former, tokens: [] };
  const gone = former.owners.filter((owner) => !container.owners.some((one) => isSameUser(one, owner)));
  const realms = container.realms.length > 0 ? container.realms : former.realms;
  return { ...container, owners: [...container.owners, ...gone], realms };
}

/** Returns the user whom a call removed, if this reference identifies them. */
export function formerUser(before: RemovedObjects | undefined, user: UserRef): User | null {
  const former = before?.user;
  return former && isSameUser(former, user) ? former : null;
}

/**
 * Returns whether two references mean the same user. If both have an id, only ids and resolvers are compared, since a
 * login can be reassigned, and a realm only shows how a user was found.
 */
export function isSameUser(a: UserRef, b: UserRef): boolean {
  if (a.uid !== undefined && b.uid !== undefined && a.resolver !== undefined && b.resolver !== undefined) {
    return a.uid === b.uid && a.resolver === b.resolver;
  }
  if (a.login !== b.login || a.realm !== b.realm) return false;
  return a.resolver === undefined || b.resolver === undefined || a.resolver === b.resolver;
}
