import type { MaybePromise, UserRef } from "@bookend/core";

/** The host's custom attributes of users. The users named here were there a moment ago. A method rejects if it cannot do what it should. */
export interface UserAttributes {
  /** Sets or overwrites an attribute. What it returns is ignored. */
  set(user: UserRef & { readonly resolver: string }, key: string, value: string): MaybePromise<unknown>;
  /** Deletes an attribute. False when there was none. */
  delete(user: UserRef & { readonly resolver: string }, key: string): MaybePromise<boolean>;
}
