import type { ApiCall } from "./api-call.js";
import type { OwnedObjects } from "./owned-objects.js";

/**
 * The access that a call needs, and to which objects: decided before the event of the call is raised, and again after pre actions changed the call.
 *
 * - `anyone`: nobody needs to be logged in.
 * - `admin`: admins only.
 * - `users(rule, …)`: admins, and users if every rule allows the call.
 */
export type Access = "anyone" | "admin" | UsersAccess;

/** The objects on which users may act; `users()` makes it from at least one rule. */
export interface UsersAccess {
  readonly rules: readonly [OwnershipRule, ...(readonly OwnershipRule[])];
}

/**
 * Lets a user act on what a call names, or throws. Admins are always allowed.
 *
 * @throws {MfaError} NOT_ALLOWED
 */
export type OwnershipRule = (call: ApiCall, objects: OwnedObjects) => Promise<void>;
