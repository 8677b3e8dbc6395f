import type { Actor, CallNotes, UserRef } from "@bookend/core";
import type { ParameterReader } from "../values/parameter-reader.js";

/**
 * A call as access rules and routes see it. Access rules see it before and after the `pre` actions, routes after them.
 */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly parameters: ParameterReader;
  /**
   * The user that the call is about: the logged-in user, or the user in the parameters if an administrator or nobody is
   * logged in.
   */
  readonly user: UserRef | undefined;
  /** The user or administrator who is logged in. */
  readonly actor: Actor | undefined;
  /** The route's notes for the audit log. */
  readonly notes: CallNotes;
}
