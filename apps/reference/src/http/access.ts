import type { Actor } from "@bookend/core";
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

/**
 * The token, for whoever may act on it: a user on his own tokens only.
 * A user is told the same of a token of somebody else and of one that does not exist. Errors: 303, 601.
 */
export async function accessibleToken(tokens: TokenService, serial: string, { actor }: Exchange): Promise<TokenRecord> {
  if (!isSelfService(actor)) return tokens.require(serial);
  const token = await tokens.find(serial);
  if (token?.owner?.login !== actor?.username || token?.owner?.realm !== actor?.realm) {
    throw notAllowedError("Users may act on their own tokens only.");
  }
  return token as TokenRecord;
}
