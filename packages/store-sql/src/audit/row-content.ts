import type { AuditColumn, AuditRow } from "./audit-row.js";

/** The content that the hash of a row covers in addition to its place: JSON values separated by commas. */
export interface RowContent {
  /** The columns before `duration`. */
  readonly head: string;
  readonly duration: unknown;
  /** The columns after `duration`. */
  readonly tail: string;
}

/** The data for verifying a row. */
export interface SealedRow
  extends RowContent,
    Pick<AuditRow, "number" | "writer" | "place" | "checkpoint" | "format" | "hash" | "key_id" | "signature"> {}

/** The tail of a row without an actor. */
export const withoutActor = "null,null";

/**
 * Returns the content of a row. Names each of `headColumns` and `tailColumns`: V8 takes twice as long to write a list
 * as JSON if `map` has created it.
 */
export function rowContent(row: Pick<AuditRow, AuditColumn>): RowContent {
  return {
    head: listed([
      row.number,
      row.id,
      row.parent,
      row.event,
      row.position,
      row.action,
      row.handler,
      row.binding,
      row.binding_name,
      row.success,
      row.authentication,
      row.serial,
      row.token_type,
      row.container_serial,
      row.user,
      row.realm,
      row.resolver,
      row.administrator,
      row.action_detail,
      row.info,
      row.client,
      row.user_agent,
      row.startdate,
    ]),
    duration: row.duration,
    tail: listed([row.actor, row.actor_role]),
  };
}

/** Returns a row with its content. */
export function sealedRow(row: AuditRow): SealedRow {
  const { number, writer, place, checkpoint, format, hash, key_id, signature } = row;
  return { number, writer, place, checkpoint, format, hash, key_id, signature, ...rowContent(row) };
}

function listed(values: readonly unknown[]): string {
  return JSON.stringify(values).slice(1, -1);
}
