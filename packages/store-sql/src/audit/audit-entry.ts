import type { Actor, AuditCall, AuditEnd, AuditStart, UserRef } from "@bookend/core";
import { toFlag } from "../portable-columns.js";
import type { AuditFields } from "./audit-row.js";
import { cleanText } from "./clean-text.js";

// short values may be indexed, and PostgreSQL does not index values of more than 2,704 bytes
const shortLength = 600;
const longLength = 10_000;

/** Returns the fields of the entry of an API call. */
export function callToFields(entry: AuditCall): AuditFields {
  return fieldsOf(entry, {
    parent: null,
    position: null,
    handler: null,
    binding: null,
    binding_name: null,
    success: toFlag(entry.success),
    authentication: short(entry.authentication),
    action_detail: long(entry.actionDetail),
    info: long(entry.info),
    duration: milliseconds(entry.durationMs),
  });
}

/** Returns the fields of the entry of an action that ended. */
export function actionToFields(start: AuditStart, end: AuditEnd, success: boolean): AuditFields {
  return fieldsOf(start, {
    parent: short(start.parent),
    position: start.position,
    handler: short(start.handler),
    binding: start.bindingId,
    binding_name: short(start.bindingName),
    success: toFlag(success),
    authentication: null,
    action_detail: end.details === undefined ? null : long(JSON.stringify(end.details)),
    info: long(outcome(end)),
    duration: milliseconds(end.durationMs),
  });
}

/** The fields in which calls and actions differ. */
type OwnFields = Pick<
  AuditFields,
  | "parent"
  | "position"
  | "handler"
  | "binding"
  | "binding_name"
  | "success"
  | "authentication"
  | "action_detail"
  | "info"
  | "duration"
>;

/**
 * Returns the fields of an entry. Names each field, since spreading objects with that many fields takes longer than
 * writing the row.
 */
function fieldsOf(of: AuditCall | AuditStart, own: OwnFields): AuditFields {
  const { actor } = of;
  const byAdmin = actor?.role === "admin";
  const user: UserRef | undefined =
    of.user ?? (actor === undefined || byAdmin ? undefined : { login: actor.username, realm: actor.realm });
  return {
    id: short(of.id) ?? "",
    event: short(of.event),
    action: short(of.action) ?? "",
    serial: short(of.serial),
    token_type: short(of.tokenType),
    container_serial: short(of.containerSerial),
    user: short(user?.login),
    realm: short(user?.realm),
    resolver: short(user?.resolver),
    administrator: byAdmin ? short(fullName(actor)) : null,
    actor: short(actor && fullName(actor)),
    // as everywhere, an actor without a role counts as a user
    actor_role: actor === undefined ? null : (short(actor.role) ?? "user"),
    client: short(of.clientIp),
    user_agent: short(of.userAgent),
    startdate: Math.trunc(finite(of.startedAt.getTime())),
    parent: own.parent,
    position: own.position,
    handler: own.handler,
    binding: own.binding,
    binding_name: own.binding_name,
    success: own.success,
    authentication: own.authentication,
    action_detail: own.action_detail,
    info: own.info,
    duration: own.duration,
  };
}

function fullName({ username, realm }: Actor): string {
  return realm === "" ? username : `${username}@${realm}`;
}

/**
 * Returns, for example, `skipped: no such user` or `fault: TypeError E_X`; undefined if the action is done without a
 * reason.
 */
function outcome({ outcome, reason, error }: AuditEnd): string | undefined {
  // the reason of a fault is already its class and code
  const why = reason ?? (error && `${error.class} ${error.code}`);
  if (outcome === "done") return why;
  return why === undefined ? outcome : `${outcome}: ${why}`;
}

function short(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : cleanText(text, shortLength);
}

function long(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : cleanText(text, longLength);
}

/** Rounds a duration in milliseconds to whole microseconds. A value that is not a valid duration becomes 0. */
function milliseconds(duration: number): number {
  return Math.max(0, Math.round(finite(duration) * 1000) / 1000);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
