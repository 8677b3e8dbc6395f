import type { UserRef } from "../contracts/call.js";

/** The user that the call is about. */
export interface CallUser extends UserRef {
  readonly resolver: string;
  /**
   * False for a user who no longer exists: the owner of the call's token (realm and resolver are those of the
   * assignment), or a user whom the call removed.
   */
  readonly exists: boolean;
  /**
   * Empty for a user who does not exist, unless the call removed them (`notes.before`), in which case these are the
   * former attributes.
   */
  readonly attributes: Readonly<Record<string, string>>;
}
