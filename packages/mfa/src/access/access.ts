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

/** Returns whether a user is logged in, rather than an administrator. */
export function isSelfService(actor: Actor | undefined): boolean {
  return actor !== undefined && actor.role !== "admin";
}

/**
 * Returns the user that a logged-in user can act for: only themselves, regardless of parameters and actions. Undefined
 * for administrators and if nobody is logged in.
 */
export function themselves(actor: Actor | undefined): UserRef | undefined {
  if (actor === undefined || !isSelfService(actor)) return undefined;
  const { username: login, realm, resolver, uid } = actor;
  return { login, realm, resolver, uid };
}

/**
 * Returns true if the caller may make the call, and throws otherwise.
 *
 * @throws {MfaError} NOT_LOGGED_IN
 * @throws {MfaError} NOT_ALLOWED if the caller may not do this at all, or not with this object
 * @throws {MfaError} PARAMETER_INVALID if the parameters do not say which object the call acts on
 */
export async function authorize(access: Access, call: ApiCall, objects: OwnedObjects): Promise<true> {
  const { actor } = call;
  checkAccess(access, actor);
  if (typeof access === "object" && isSelfService(actor)) {
    for (const rule of access.rules) await rule(call, objects);
  }
  return true;
}

/**
 * Returns whether an error means that the caller may not make the call. The error for a wrong name or password is not a
 * refusal: everyone may try to log in.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof MfaError && (error.code === "NOT_ALLOWED" || error.code === "NOT_LOGGED_IN");
}
