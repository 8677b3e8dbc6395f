import { type Kysely, sql } from "kysely";
import type { DialectName } from "../database.js";
import { jsonParameter } from "../json-parameter.js";
import { statement } from "../statement.js";
import { ask, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import type { AuditPlace } from "./audit-chain.js";
import type { AuditRow } from "./audit-row.js";
import { insertRows, rowColumns } from "./insert-rows.js";

/** How the head of a chain moves from one place to another. */
export interface HeadMove {
  readonly writer: number;
  readonly from: AuditPlace;
  readonly to: AuditPlace;
  readonly signature: string;
  /** Milliseconds since 1970. */
  readonly leaseUntil: number;
}

/** A `HeadMove` without nested fields. */
type FlatMove = Record<"writer" | "place" | "leaseUntil" | "fromPlace", number> &
  Record<"hash" | "signature" | "fromHash", string>;

const headMoved = (db: Kysely<StoreSchema>, to: FlatMove) =>
  db
    .updateTable("bookend_audit_chain")
    .set({ place: to.place, hash: to.hash, signature: to.signature, lease_until: to.leaseUntil })
    .where("writer", "=", to.writer)
    .where("place", "=", to.fromPlace)
    .where("hash", "=", to.fromHash)
    .where("closed", "=", 0);

const moveHead = statement(headMoved);

/**
 * Moves the head and inserts the rows in one statement, for PostgreSQL, which needs only one plan for any number of
 * rows.
 */
const moveAndInsert = statement((db: Kysely<StoreSchema>, to: FlatMove & { readonly rows: string }) => {
  const columns = sql.join(rowColumns.map((column) => sql.ref(column)));
  return sql<never>`with moved as (${headMoved(db, to).returning("writer")})
    insert into bookend_audit (${columns})
    select ${columns} from json_populate_recordset(null::bookend_audit, cast(${to.rows} as json))
    where exists (select 1 from moved)`;
});

/**
 * Writes rows and moves the head of their chain to the last one. Returns false and writes nothing if the head is at a
 * different place or the chain is closed.
 */
export function* appendRows(
  dialect: DialectName,
  rows: readonly AuditRow[],
  { writer, from, to, signature, leaseUntil }: HeadMove,
): Steps<boolean> {
  const move: FlatMove = {
    writer,
    place: to.number,
    hash: to.hash,
    signature,
    leaseUntil,
    fromPlace: from.number,
    fromHash: from.hash,
  };
  if (dialect === "postgres") {
    const { changes } = yield* ask(moveAndInsert, { ...move, rows: jsonParameter(rows.map(withoutNulls)) });
    return changes > 0;
  }
  const { changes } = yield* ask(moveHead, move);
  if (changes !== 1) return false;
  yield* insertRows(rows);
  return true;
}

/**
 * Omits the columns that are null, as most columns of a row are: PostgreSQL then reads the row in less than half the
 * time.
 */
function withoutNulls(row: AuditRow): Partial<AuditRow> {
  return Object.fromEntries(
    rowColumns.flatMap((column) => {
      const value = row[column];
      return value === null ? [] : [[column, value]];
    }),
  );
}
