import type { Readable } from "node:stream";
import type { Actor, CallNotes, UserRef } from "@bookend/core";
import { type Authentication, successEnvelope } from "./envelope.js";
import type { ParameterNames } from "./normalize-parameters.js";
import type { OwnedObjects } from "./owned-objects.js";
import type { Parameters } from "./parameters.js";

/**
 * Who may call, and on what: decided before the event of the call is raised, and again on what pre actions made of the call.
 *
 * - `anyone`: nobody needs to be logged in.
 * - `admin`: admins only.
 * - `users(rule, …)`: admins, and users as far as every rule lets them.
 */
export type Access = "anyone" | "admin" | UsersAccess;

/** What users may act on; `users()` makes it, and at least one rule says what. */
export interface UsersAccess {
  readonly rules: readonly [OwnershipRule, ...(readonly OwnershipRule[])];
}

/**
 * Lets a user act on what a call names, or throws. Admins are not asked.
 *
 * @throws {ApiError} 303
 */
export type OwnershipRule = (exchange: Exchange, objects: OwnedObjects) => Promise<void>;

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
  /** Who may call it, and on what. */
  readonly access: Access;
  /** Names of parameters that may occur more than once in the query or the form. @default none */
  readonly lists?: readonly string[] | undefined;
  /** Other names of its parameters. @default none */
  readonly aliases?: ParameterNames["aliases"];
  /** Names of parameters of its path whose values are secret. @default none */
  readonly secrets?: readonly string[] | undefined;
  /** Whether it removes what it is about, or takes it from its owner or container: post bindings then see it as it was. @default false */
  readonly removes?: boolean | undefined;
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
