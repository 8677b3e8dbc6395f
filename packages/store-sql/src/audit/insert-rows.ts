import { CompiledQuery } from "kysely";
import type { CompiledStatement, Statement } from "../statement.js";
import { ask, type Steps } from "../steps.js";
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

/** Returns the values of `sharedColumns`. Names each column, since looking up columns by their names takes longer. */
function sharedOf(row: AuditRow): unknown[] {
  return [
    row.parent,
    row.event,
    row.position,
    row.success,
    row.authentication,
    row.serial,
    row.token_type,
    row.container_serial,
    row.user,
    row.realm,
    row.resolver,
    row.administrator,
    row.info,
    row.client,
    row.user_agent,
    row.actor,
    row.actor_role,
    row.writer,
    row.checkpoint,
    row.format,
    row.key_id,
    row.signature,
  ];
}

/** Returns the values of `ownColumns`. */
function ownOf(row: AuditRow): readonly unknown[] {
  return [
    row.number,
    row.id,
    row.action,
    row.handler,
    row.binding,
    row.binding_name,
    row.action_detail,
    row.startdate,
    row.duration,
    row.place,
    row.hash,
  ];
}

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

/** The numbers of rows that one statement can write, largest first. */
const sizes = [8, 4, 2, 1] as const;

/**
 * Returns the statement that writes this many rows with equal shared columns. It is not built with Kysely, in whose
 * statements each parameter occurs only once.
 */
function insertOf(size: number): Statement<{ readonly rows: readonly AuditRow[] }, never> {
  const placeOf = (row: number, column: keyof AuditRow): number => {
    const at = (sharedColumns as readonly string[]).indexOf(column);
    return 1 + (at === -1 ? sharedColumns.length + row * ownColumns.length + ownColumns.indexOf(column) : at);
  };
  const values = Array.from(
    { length: size },
    (_, row) => `(${rowColumns.map((column) => `?${placeOf(row, column)}`).join(", ")})`,
  );
  const columns = rowColumns.map((column) => `"${column}"`).join(", ");
  const sql = `insert into bookend_audit (${columns}) values ${values.join(", ")}`;
  const parameters = (given: object): readonly unknown[] => {
    const { rows } = given as { readonly rows: readonly AuditRow[] };
    const [first] = rows;
    const list = first === undefined ? [] : sharedOf(first);
    for (const row of rows) list.push(...ownOf(row));
    return list;
  };
  const compiled: CompiledStatement = {
    sql,
    reads: false,
    parameters,
    query: (given) => CompiledQuery.raw(sql, [...parameters(given)]),
  };
  return { compiled: () => compiled };
}

const inserts = new Map(sizes.map((size) => [size, insertOf(size)]));

/**
 * Writes rows on SQLite. libsql takes longer to pass the values of a row than the database takes to write it, so rows
 * that follow one another and have equal shared columns are written by one statement, which receives the values of
 * those columns once.
 */
export function* insertRows(rows: readonly AuditRow[]): Steps<void> {
  for (let from = 0; from < rows.length; ) {
    const equal = equalFrom(rows, from);
    for (const [size, insert] of inserts) {
      if (size > equal) continue;
      yield* ask(insert, { rows: rows.slice(from, from + size) });
      from += size;
      break;
    }
  }
}

/** Returns how many rows from a place on have equal shared columns, up to the largest number that can be written. */
function equalFrom(rows: readonly AuditRow[], from: number): number {
  const [most] = sizes;
  const first = rows[from] as AuditRow;
  let count = 1;
  while (count < most && from + count < rows.length && isAlike(first, rows[from + count] as AuditRow)) count++;
  return count;
}
