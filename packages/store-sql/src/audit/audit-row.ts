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
  /** `ACCEPT`, `REJECT`, `CHALLENGE`, `DECLINED` */
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
  /** Milliseconds. */
  duration: number;
  /** Who made the call, whatever their role: the user name, followed by `@` and the realm if there is one. */
  actor: string | null;
  /** The role of the actor, such as `admin` or `user`. */
  actor_role: string | null;
}

/** A row of the log. */
export interface AuditRow extends AuditFields {
  /** Counts the rows of all writers; there may be gaps. */
  number: number;
  /** The process whose chain the row is in. 0: the row was written before each process had a chain of its own. */
  writer: number;
  /** Counts the rows of the chain from 1, without a gap; null for writer 0, whose rows `number` counts. */
  place: number | null;
  /** On the last row of a batch, the number of the newest checkpoint that its writer knew; otherwise null. */
  checkpoint: number | null;
  /** Which columns the hash covers. */
  format: number;
  /** SHA-256 of the row and of the hash before, in base64. */
  hash: string;
  /** Empty unless the row is signed. The last row of each batch is, and so is every row of writer 0. */
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

/** Whether this version knows how rows of a format are hashed. */
export function isKnownFormat(format: number): boolean {
  return format === 1 || format === 2 || format === currentFormat;
}

/** A row of fields. Names each of them, since to spread objects of that many fields takes longer than to write the row. */
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
