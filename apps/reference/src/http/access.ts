import type { Actor, UserRef } from "@bookend/core";
import { ApiError } from "./api-error.js";
import type { OwnedObjects } from "./owned-objects.js";
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

/**
 * Decides whether this caller may make this call. Never returns `false`.
 *
 * @throws {ApiError} 4033 if nobody is logged in, 303 if the caller may not do this, or not to this object
 * @throws {MfaError} PARAMETER_INVALID if what the call acts on cannot be read from its parameters
 */
export async function authorize(access: Access, exchange: Exchange, objects: OwnedObjects): Promise<true> {
  const { actor } = exchange;
  checkAccess(access, actor);
  if (typeof access === "object" && isSelfService(actor)) {
    for (const rule of access.rules) await rule(exchange, objects);
  }
  return true;
}

/** Whether an error means that the caller may not make the call. Wrong credentials do not: logging in is what the call is for. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 303 || error.code === 4033);
}
