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

const columnList = [...ownColumns, ...sharedColumns].map((column) => `"${column}"`).join(", ");

/** What `valuesOnce` inserts: in both of its tables, the first column is the number of the group. */
const selected = [
  ownColumns.map((_, index) => `own.column${index + 2}`),
  sharedColumns.map((_, index) => `shared.column${index + 2}`),
]
  .flat()
  .join(", ");

/** Maximum number of rows in one statement. */
const rowsAtOnce = 100;

/**
 * Writes rows on SQLite, with the commit. libsql takes longer to pass the values of a row than the database takes to
 * write it, so the values are part of the text.
 */
export function* insertRows(rows: readonly AuditRow[]): Steps<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    yield* runLate(`insert into bookend_audit (${columnList}) ${sourceOf(rows.slice(from, from + rowsAtOnce))}`);
  }
}

/** Returns the SQL of a table with the rows. */
function sourceOf(rows: readonly AuditRow[]): string {
  const groups = groupsOf(rows);
  return groups.length * 2 > rows.length ? valuesOf(groups) : valuesOnce(groups);
}

/** Divides rows into groups of neighbors that are alike. */
function groupsOf(rows: readonly AuditRow[]): readonly RowGroup[] {
  const groups: [AuditRow, ...AuditRow[]][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group !== undefined && isAlike(group[0], row)) group.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** Rows with the same values in `sharedColumns`. */
type RowGroup = readonly [AuditRow, ...(readonly AuditRow[])];

function valuesOf(groups: readonly RowGroup[]): string {
  const rows = groups.flatMap((group) => {
    const shared = sharedOf(group[0]);
    return group.map((row) => `(${ownOf(row)},${shared})`);
  });
  return `values ${rows.join(",")}`;
}

/**
 * Writes the shared values of each group only once: SQLite takes longer to read the text of a row than to insert it
 * without its indexes.
 */
function valuesOnce(groups: readonly RowGroup[]): string {
  const own = groups.flatMap((group, number) => group.map((row) => `(${number},${ownOf(row)})`));
  const shared = groups.map(([row], number) => `(${number},${sharedOf(row)})`);
  // a cross join keeps the order of its tables
  return `select ${selected} from (values ${own.join(",")}) as own cross join (values ${shared.join(",")}) as shared on shared.column1 = own.column1`;
}

/** Returns the values of `ownColumns`. Names each column, since looking up columns by their names takes longer. */
function ownOf(row: AuditRow): string {
  return `${sqliteLiteral(row.number)},${sqliteLiteral(row.id)},${sqliteLiteral(row.action)},${sqliteLiteral(row.handler)},${sqliteLiteral(row.binding)},${sqliteLiteral(row.binding_name)},${sqliteLiteral(row.action_detail)},${sqliteLiteral(row.startdate)},${sqliteLiteral(row.duration)},${sqliteLiteral(row.place)},${sqliteLiteral(row.hash)}`;
}

/** Returns the values of `sharedColumns`. */
function sharedOf(row: AuditRow): string {
  return sharedColumns.map((column) => sqliteLiteral(row[column])).join(",");
}
