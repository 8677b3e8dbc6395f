import type { Readable } from "node:stream";
import type { Actor, CallNotes, UserRef } from "@bookend/core";
import { type Authentication, successEnvelope } from "./envelope.js";
import type { Parameters } from "./parameters.js";

/**
 * Who may call.
 *
 * - `anyone`: nobody has to be logged in.
 * - `user`: users, for themselves, and admins.
 * - `admin`: admins only.
 */
export type Access = "anyone" | "user" | "admin";

/** One call as a route sees it, after the `pre` actions. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly parameters: Parameters;
  /** Whom the call is about: a logged-in user himself, else the one the parameters name. */
  readonly user: UserRef | undefined;
  /** Who is logged in. */
  readonly actor: Actor | undefined;
  /** What the route writes down for the audit log. */
  readonly notes: CallNotes;
}

/** What a route answers with; errors are thrown. */
export interface Reply {
  readonly value: unknown;
  readonly detail?: unknown;
  readonly authentication?: Authentication | undefined;
}

/** A body that is not put into the envelope. */
export interface RawReply {
  readonly contentType: string;
  readonly body: Readable;
}

/** One route of the API. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** The event that it raises. */
  readonly event?: string | undefined;
  readonly access: Access;
  /** `id` of the envelope; default 1. */
  readonly envelopeId?: number | undefined;
  run(exchange: Exchange): Promise<Reply | RawReply>;
}

/** The body that goes out. */
export function bodyOf(reply: Reply | RawReply, { envelopeId = 1 }: Pick<Route, "envelopeId">): unknown {
  if ("contentType" in reply) return reply.body;
  const { value, detail, authentication } = reply;
  return successEnvelope(value, { detail, authentication, id: envelopeId });
}
