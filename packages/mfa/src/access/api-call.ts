import type { Actor, CallNotes, UserRef } from "@bookend/core";
import type { ParameterReader } from "../values/parameter-reader.js";

/** A call as routes and access rules see it, after the `pre` actions. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly parameters: ParameterReader;
  /** The user that the call is about: a user who is logged in, otherwise the one that the parameters name. */
  readonly user: UserRef | undefined;
  /** Who is logged in. */
  readonly actor: Actor | undefined;
  /** The notes of the route for the audit log. */
  readonly notes: CallNotes;
}
