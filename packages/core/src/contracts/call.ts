import { createId } from "./create-id.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { FoundObjects, RemovedObjects } from "./objects.js";
import type { UserRef } from "./user-ref.js";

export type { UserRef } from "./user-ref.js";

/** The logged-in user who makes the call. */
export interface Actor {
  readonly username: string;
  /** Realm of the user or of the admin; empty for local admins. */
  readonly realm: string;
  /**
   * The resolver in which a user was found, and the user's id within it. They identify the user even if their login
   * changes.
   */
  readonly resolver?: string | undefined;
  readonly uid?: string | undefined;
  /**
   * A role, by the host's name for it. An actor without a role counts as `user`; `logged_in_user` treats every role
   * except `admin` as `user`.
   */
  readonly role?: string | undefined;
}

/** The request. `parameters` and `user` may be changed by `pre` actions before the call is processed. */
export interface CallRequest {
  /** HTTP method in upper case. */
  method: string;
  /** Path without the query. */
  path: string;
  /**
   * The path for messages and logs, if the path itself contains secrets: `/token/getserial/<otp>`. Default: the path.
   */
  readonly publicPath?: string | undefined;
  /** Parameters of query, body and path in one object. */
  parameters: Record<string, unknown>;
  /** Values by header name, in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Address of the client, with trusted proxies taken into account; absent if it is unknown. */
  readonly clientIp?: string | undefined;
  /** The user that the call is about, as read from the parameters by the host. */
  user?: UserRef | undefined;
}

/** The response. A parsed JSON body is an object; anything else is opaque to conditions. */
export interface CallResponse {
  /** HTTP status. */
  status: number;
  headers?: Record<string, string> | undefined;
  body: unknown;
}

/** A field of a call. */
export interface CallField {
  readonly in: "parameters" | "response" | "headers";
  /** The keys that lead to the field. For a header, its name in lower case. */
  readonly path: readonly string[];
}

/** Notes that the API records about the call, for the audit log, conditions and tags. */
export interface CallNotes {
  /** Serial of the token that the call affected; several are separated by commas. */
  serial?: string | undefined;
  tokenType?: string | undefined;
  containerSerial?: string | undefined;
  user?: UserRef | undefined;
  authentication?: string | undefined;
  /** Whether the call succeeded, if its response does not show it. */
  success?: boolean | undefined;
  /** Set for a call whose route threw, since its response may not show that it failed. */
  failed?: boolean | undefined;
  info?: string | undefined;
  actionDetail?: string | undefined;
  /**
   * The objects that the call removed or unassigned, as they were before. `post` bindings then see the user, the tokens
   * and the container that the call was about, in conditions, tags and recipients. Without this note, they see only the
   * objects that still exist.
   */
  before?: RemovedObjects | undefined;
  /**
   * The objects that the API read while it handled the call. `post` bindings use them instead of reading them again,
   * until one of their actions changes users, tokens, containers, the request or the response.
   */
  found?: FoundObjects | undefined;
}

/** One API call, the input of the dispatcher. */
export interface Call {
  /** Unique id, which audit entries of actions refer to as their parent. */
  readonly id: string;
  /** Name of the event that this call raises. */
  readonly event: string;
  readonly request: CallRequest;
  /** The logged-in user; absent if nobody is logged in. */
  readonly actor?: Actor | undefined;
  /** Present after the API ran; `post` actions may change or replace it. */
  response?: CallResponse | undefined;
  /** Filled by the API while it runs. */
  readonly notes: CallNotes;
}

/** Input of `createCall`; omitted fields have defaults. */
export interface CallInput {
  readonly event: string;
  readonly id?: string | undefined;
  readonly request?: Partial<CallRequest> | undefined;
  readonly actor?: Actor | undefined;
  readonly response?: CallResponse | undefined;
  readonly notes?: CallNotes | undefined;
}

/** Creates a call, with a new id unless `input` has one. */
export function createCall(input: CallInput): Call {
  return {
    id: input.id ?? createId(),
    event: input.event,
    request: {
      method: "POST",
      path: `/${input.event}`,
      parameters: {},
      headers: {},
      ...input.request,
    },
    actor: input.actor,
    response: input.response,
    notes: { ...input.notes },
  };
}

/**
 * Processes the call itself, between its pre and post actions, and returns the response.
 *
 * @param actionsRan Whether an action ran before. If so, it may have changed the call, or what the caller is allowed to
 * do.
 */
export type NextCall = (call: Call, actionsRan: boolean) => MaybePromise<CallResponse>;
