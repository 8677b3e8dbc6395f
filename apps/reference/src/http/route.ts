import type { Readable } from "node:stream";
import type { Access, ApiCall, ParameterNames } from "@bookend/mfa";
import { type Authentication, successEnvelope } from "./envelope.js";

/** The result of a route; errors are thrown. */
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
  /** The event that a call raises. @default none */
  readonly event?: string | undefined;
  /** The callers that the route admits, and the objects for which they may call it. */
  readonly access: Access;
  /** Names of parameters that may occur more than once in the query or the form. @default none */
  readonly lists?: readonly string[] | undefined;
  /** Names of parameters that may be files of a multipart form. @default none */
  readonly files?: readonly string[] | undefined;
  /** Alternative names of its parameters. @default none */
  readonly aliases?: ParameterNames["aliases"];
  /**
   * Names of its parameters, in addition to those of its path and `client`. Others are refused, since ignoring a filter
   * would show more than was requested. @default none for `GET`, otherwise any
   */
  readonly accepts?: readonly string[] | "any" | undefined;
  /** Names of parameters in the path whose values are secret. @default none */
  readonly secrets?: readonly string[] | undefined;
  /**
   * Whether the route deletes the tokens, container or user that the call names, or separates them from their owner or
   * container. Post bindings then see the state from before the call. @default false
   */
  readonly removes?: boolean | undefined;
  /** `id` of the envelope; default 1. */
  readonly envelopeId?: number | undefined;
  run(call: ApiCall): Promise<Reply | RawReply>;
}

/** Returns the body to send for the result of a route. */
export function bodyOf(reply: Reply | RawReply, { envelopeId = 1 }: Pick<Route, "envelopeId">): unknown {
  if ("contentType" in reply) return reply.body;
  const { value, detail, authentication } = reply;
  return successEnvelope(value, { detail, authentication, id: envelopeId });
}
