import { type AuditColumn, type AuditRow, headColumns, tailColumns } from "./audit-row.js";

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

/** Returns the content of a row. */
export function rowContent(row: Pick<AuditRow, AuditColumn>): RowContent {
  return {
    head: listed(headColumns.map((column) => row[column])),
    duration: row.duration,
    tail: listed(tailColumns.map((column) => row[column])),
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
