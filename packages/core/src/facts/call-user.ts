import type { UserRef } from "../contracts/call.js";

/** Whom the call is about. */
export interface CallUser extends UserRef {
  readonly resolver: string;
  /** False: the owner of the call's token, who is gone; realm and resolver are those of the assignment. */
  readonly exists: boolean;
  /** Empty for one who does not exist. */
  readonly attributes: Readonly<Record<string, string>>;
}
