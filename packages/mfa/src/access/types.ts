import type { ApiCall } from "./api-call.js";
import type { OwnedObjects } from "./owned-objects.js";

/**
 * The access that a call requires. It is checked before the event of the call is raised, and again after pre actions
 * have changed the call.
 *
 * - `anyone`: nobody needs to be logged in.
 * - `admin`: admins only.
 * - `users(rule, …)`: admins, and users if every rule allows the call.
 */
export type Access = "anyone" | "admin" | UsersAccess;

/** Access for users to certain objects. Created by `users()` from at least one rule. */
export interface UsersAccess {
  readonly rules: readonly [OwnershipRule, ...(readonly OwnershipRule[])];
}

/**
 * Refuses users who may not act on the objects that a call names. Admins are always allowed.
 *
 * @throws {MfaError} NOT_ALLOWED
 */
export type OwnershipRule = (call: ApiCall, objects: OwnedObjects) => Promise<void>;
