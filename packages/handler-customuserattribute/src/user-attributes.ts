import type { MaybePromise, UserRef } from "@bookend/core";

/**
 * The host's custom attributes of users. The users existed when the action looked them up. A method rejects if it
 * fails.
 */
export interface UserAttributes {
  /** Sets or overwrites an attribute. The return value is ignored. */
  set(user: UserRef & { readonly resolver: string }, key: string, value: string): MaybePromise<unknown>;
  /** Deletes an attribute. Returns false if there was none. */
  delete(user: UserRef & { readonly resolver: string }, key: string): MaybePromise<boolean>;
}
