import type { Flag } from "../portable-columns.js";

/** What an audit entry says, as its table keeps it. */
export interface AuditFields {
  /** Of the call, or of the action's entry. */
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
}

/** A row of the chain. */
export interface AuditRow extends AuditFields {
  /** Counts from 1 without a gap. */
  number: number;
  /** SHA-256 of the row and of the hash before, in base64. */
  hash: string;
  key_id: string;
  /** Ed25519, of the hash, in base64. */
  signature: string;
}

/** A column that can be searched and sorted by. */
export type AuditColumn = "number" | keyof AuditFields;

/** The columns in the order in which they are hashed and exported. That order never changes; new columns would make a new version of the hash. */
export const auditColumns = [
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
  "duration",
] as const satisfies readonly AuditColumn[];
