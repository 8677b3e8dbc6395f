import type { UserRef } from "../contracts/call.js";

/** Whom the call is about. */
export interface CallUser extends UserRef {
  readonly resolver: string;
  /** False: a user who is gone, as the owner of the call's token (realm and resolver are those of the assignment) or because the call removed them. */
  readonly exists: boolean;
  /** Empty for one who does not exist, unless the call removed them (`notes.before`): then as they were. */
  readonly attributes: Readonly<Record<string, string>>;
}
