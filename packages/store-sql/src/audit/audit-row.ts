import type { Flag } from "../portable-columns.js";

/** The fields of an audit entry, as stored in its table. */
export interface AuditFields {
  /** Id of the call, or of the action's entry. */
  id: string;
  /** Id of the call in which an action ran; null for the call itself. */
  parent: string | null;
  event: string | null;
  position: "pre" | "post" | null;
  action: string;
  handler: string | null;
  binding: number | null;
  binding_name: string | null;
  success: Flag;
  /** `ACCEPT`, `REJECT`, `CHALLENGE` or `DECLINED`. */
  authentication: string | null;
  serial: string | null;
  token_type: string | null;
  container_serial: string | null;
  user: string | null;
  realm: string | null;
  resolver: string | null;
  administrator: string | null;
  action_detail: string | null;
  info: string | null;
  client: string | null;
  user_agent: string | null;
  /** Milliseconds since 1970. */
  startdate: number;
  /** Duration in milliseconds. */
  duration: number;
  /** The caller, whatever their role: the user name, followed by `@` and the realm if there is one. */
  actor: string | null;
  /** The role of the actor, such as `admin` or `user`. */
  actor_role: string | null;
}

/** A row of the log. */
export interface AuditRow extends AuditFields {
  /** Counts the rows of all writers; there may be gaps. */
  number: number;
  /** The process in whose chain the row is. 0 if the row was written before each process had a separate chain. */
  writer: number;
  /** Counts the rows of the chain from 1, without gaps; null for writer 0, whose rows are counted by `number`. */
  place: number | null;
  /** On the last row of a batch, the number of the newest checkpoint that its writer knew; otherwise null. */
  checkpoint: number | null;
  /** The number of the format, which determines the columns that the hash covers. */
  format: number;
  /** SHA-256 of the row and of the previous hash, in base64. */
  hash: string;
  /** Empty unless the row is signed, which applies to the last row of each batch and to every row of writer 0. */
  key_id: string;
  /** Ed25519, in base64. Empty unless the row is signed. */
  signature: string;
}

/** A column that the log can be searched and sorted by. */
export type AuditColumn = "number" | keyof AuditFields;

/** Columns that the hash of every format covers, before `duration`. */
export const headColumns = [
  "number",
  "id",
  "parent",
  "event",
  "position",
  "action",
  "handler",
  "binding",
  "binding_name",
  "success",
  "authentication",
  "serial",
  "token_type",
  "container_serial",
  "user",
  "realm",
  "resolver",
  "administrator",
  "action_detail",
  "info",
  "client",
  "user_agent",
  "startdate",
] as const satisfies readonly AuditColumn[];

/** Columns after `duration`, which format 1 does not have. */
export const tailColumns = ["actor", "actor_role"] as const satisfies readonly AuditColumn[];

/** All columns, in the order in which they are exported and hashed. */
export const auditColumns = [...headColumns, "duration", ...tailColumns] as const satisfies readonly AuditColumn[];

/** The format of new rows. A format never changes: a new column needs a new format. */
export const currentFormat = 3;

/** Returns whether this version knows how rows of a format are hashed. */
export function isKnownFormat(format: number): boolean {
  return format === 1 || format === 2 || format === currentFormat;
}

/**
 * Creates a row from fields. Names each field, since spreading objects with that many fields takes longer than writing
 * the row.
 */
export function rowOf(fields: AuditFields, own: Omit<AuditRow, keyof AuditFields>): AuditRow {
  return {
    id: fields.id,
    parent: fields.parent,
    event: fields.event,
    position: fields.position,
    action: fields.action,
    handler: fields.handler,
    binding: fields.binding,
    binding_name: fields.binding_name,
    success: fields.success,
    authentication: fields.authentication,
    serial: fields.serial,
    token_type: fields.token_type,
    container_serial: fields.container_serial,
    user: fields.user,
    realm: fields.realm,
    resolver: fields.resolver,
    administrator: fields.administrator,
    action_detail: fields.action_detail,
    info: fields.info,
    client: fields.client,
    user_agent: fields.user_agent,
    startdate: fields.startdate,
    duration: fields.duration,
    actor: fields.actor,
    actor_role: fields.actor_role,
    number: own.number,
    writer: own.writer,
    place: own.place,
    checkpoint: own.checkpoint,
    format: own.format,
    hash: own.hash,
    key_id: own.key_id,
    signature: own.signature,
  };
}
