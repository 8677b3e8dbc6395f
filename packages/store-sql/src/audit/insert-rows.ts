import { sqliteLiteral } from "../sqlite-literal.js";
import { runLate, type Steps } from "../steps.js";
import { type AuditRow, auditColumns } from "./audit-row.js";

/** The columns of a row, in the order in which it is written. */
export const rowColumns = [
  ...auditColumns,
  "writer",
  "place",
  "checkpoint",
  "format",
  "hash",
  "key_id",
  "signature",
] as const satisfies readonly (keyof AuditRow)[];

/** The columns in which the entries of a call's actions usually have the same value. */
const sharedColumns = [
  "parent",
  "event",
  "position",
  "success",
  "authentication",
  "serial",
  "token_type",
  "container_serial",
  "user",
  "realm",
  "resolver",
  "administrator",
  "info",
  "client",
  "user_agent",
  "actor",
  "actor_role",
  "writer",
  "checkpoint",
  "format",
  "key_id",
  "signature",
] as const satisfies readonly (keyof AuditRow)[];

const ownColumns = rowColumns.filter((column) => !(sharedColumns as readonly string[]).includes(column));

/** Returns whether two rows have the same values in `sharedColumns`. */
function isAlike(row: AuditRow, other: AuditRow): boolean {
  return (
    row.parent === other.parent &&
    row.event === other.event &&
    row.position === other.position &&
    row.success === other.success &&
    row.authentication === other.authentication &&
    row.serial === other.serial &&
    row.token_type === other.token_type &&
    row.container_serial === other.container_serial &&
    row.user === other.user &&
    row.realm === other.realm &&
    row.resolver === other.resolver &&
    row.administrator === other.administrator &&
    row.info === other.info &&
    row.client === other.client &&
    row.user_agent === other.user_agent &&
    row.actor === other.actor &&
    row.actor_role === other.actor_role &&
    row.writer === other.writer &&
    row.checkpoint === other.checkpoint &&
    row.format === other.format &&
    row.key_id === other.key_id &&
    row.signature === other.signature
  );
}

/** The columns as they are written: those that differ come first, and the text of the shared ones can be used again. */
const columnList = [...ownColumns, ...sharedColumns].map((column) => `"${column}"`).join(", ");

/** Maximum number of rows in one statement. */
const rowsAtOnce = 100;

/**
 * Writes rows on SQLite, with the commit. libsql takes longer to pass the values of a row than the database takes to
 * write it, so the values are part of the text.
 */
export function* insertRows(rows: readonly AuditRow[]): Steps<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    yield* runLate(`insert into bookend_audit (${columnList}) values ${valuesOf(rows.slice(from, from + rowsAtOnce))}`);
  }
}

function valuesOf(rows: readonly AuditRow[]): string {
  let text = "";
  let before: AuditRow | undefined;
  let shared = "";
  for (const row of rows) {
    if (before === undefined || !isAlike(before, row)) shared = sharedOf(row);
    text += `${before === undefined ? "" : ","}(${ownOf(row)}${shared})`;
    before = row;
  }
  return text;
}

/** Returns the values of `ownColumns`. Names each column, since looking up columns by their names takes longer. */
function ownOf(row: AuditRow): string {
  return `${sqliteLiteral(row.number)},${sqliteLiteral(row.id)},${sqliteLiteral(row.action)},${sqliteLiteral(row.handler)},${sqliteLiteral(row.binding)},${sqliteLiteral(row.binding_name)},${sqliteLiteral(row.action_detail)},${sqliteLiteral(row.startdate)},${sqliteLiteral(row.duration)},${sqliteLiteral(row.place)},${sqliteLiteral(row.hash)},`;
}

/** Returns the values of `sharedColumns`. */
function sharedOf(row: AuditRow): string {
  return sharedColumns.map((column) => sqliteLiteral(row[column])).join(",");
}
