import type { Actor, UserRef } from "@bookend/core";
import type { TokenRecord, TokenService } from "@bookend/mfa";
import { ApiError } from "./api-error.js";
import type { Access, Exchange } from "./route.js";

/** 303, HTTP 403: the one who is logged in may not do this. */
export function notAllowedError(message: string): ApiError {
  return new ApiError(303, 403, message);
}

/** 4033, HTTP 401: nobody is logged in. */
export function notLoggedInError(message = "Authentication failure. Missing Authorization header."): ApiError {
  return new ApiError(4033, 401, message);
}

/** Throws 4033 or 303 if this actor may not call a route. */
export function checkAccess(access: Access, actor: Actor | undefined): void {
  if (access === "anyone") return;
  if (!actor) throw notLoggedInError();
  if (access === "admin" && actor.role !== "admin") throw notAllowedError("Only admins may do this.");
}

/** Whether a user, and no admin, is logged in. */
export function isSelfService(actor: Actor | undefined): boolean {
  return actor !== undefined && actor.role !== "admin";
}

/** Whom a user acts for, whatever the parameters or an action say: themselves. Undefined for administrators and for nobody. */
export function themselves(actor: Actor | undefined): UserRef | undefined {
  if (actor === undefined || !isSelfService(actor)) return undefined;
  const { username: login, realm, resolver, uid } = actor;
  return { login, realm, resolver, uid };
}

/** Whether this is the one who is logged in: by the id that does not change, since a login may be given to somebody else. */
export function isActor(user: UserRef | null | undefined, actor: Actor | undefined): boolean {
  if (!user || actor?.uid === undefined || actor.resolver === undefined) return false;
  return user.uid === actor.uid && user.resolver === actor.resolver;
}

/**
 * The token, for whoever may act on it: a user on their own tokens only.
 * A user is told the same of a token of somebody else and of one that does not exist. Errors: 303, 601.
 */
export async function accessibleToken(tokens: TokenService, serial: string, { actor }: Exchange): Promise<TokenRecord> {
  if (!isSelfService(actor)) return tokens.require(serial);
  const token = await tokens.find(serial);
  if (token === null || !isActor(token.owner, actor)) throw notAllowedError("Users may act on their own tokens only.");
  return token;
}
