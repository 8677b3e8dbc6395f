import type { Actor, UserRef } from "@bookend/core";
import { MfaError, notAllowedError, notLoggedInError } from "../errors/mfa-error.js";
import type { ApiCall } from "./api-call.js";
import type { OwnedObjects } from "./owned-objects.js";
import type { Access } from "./types.js";

/**
 * Refuses an actor who may not make any call of a route.
 *
 * @throws {MfaError} NOT_LOGGED_IN, NOT_ALLOWED
 */
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
 * @throws {MfaError} NOT_LOGGED_IN
 * @throws {MfaError} NOT_ALLOWED if the caller may not do this, or not to this object
 * @throws {MfaError} PARAMETER_INVALID if what the call acts on cannot be read from its parameters
 */
export async function authorize(access: Access, call: ApiCall, objects: OwnedObjects): Promise<true> {
  const { actor } = call;
  checkAccess(access, actor);
  if (typeof access === "object" && isSelfService(actor)) {
    for (const rule of access.rules) await rule(call, objects);
  }
  return true;
}

/** Whether an error means that the caller may not make the call. Wrong credentials do not: logging in is what the call is for. */
export function isRefusal(error: unknown): boolean {
  return error instanceof MfaError && (error.code === "NOT_ALLOWED" || error.code === "NOT_LOGGED_IN");
}
