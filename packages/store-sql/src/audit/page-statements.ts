import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { headColumns, tailColumns } from "./audit-row.js";
import { type PageStatements, pageSizes } from "./read-pages.js";
import type { SealedRow } from "./row-content.js";
import { lineColumns } from "./sealed-line.js";

/** The part of a `Database` that verification reads. */
export interface LogSource {
  readonly db: Kysely<StoreSchema>;
  readonly dialect: DialectName;
}

/** Returns the SQL that reads the chain of a writer. It is compiled here, so that threads need not load Kysely. */
export function pageStatements({ db, dialect }: LogSource, writer: number): PageStatements {
  // the rows of writer 0 have no place, only a number
  const place = sql.ref(writer === 0 ? "number" : "place");
  const page = (kind: keyof PageStatements, columns: RawBuilder<unknown>, behind: RawBuilder<unknown>) =>
    sql`select ${columns} from bookend_audit where writer = ${0} and ${place} <= ${0} and ${behind} order by ${place}, number limit ${sql.lit(pageSizes[kind])}`.compile(
      db,
    ).sql;
  const both = (kind: keyof PageStatements, columns: RawBuilder<unknown>) => ({
    first: page(kind, columns, sql`${place} > ${0}`),
    next: page(kind, columns, sql`(${place}, number) > (${0}, ${0})`),
  });
  return {
    quick: both("quick", dialect === "sqlite" ? sealedColumns() : copiedColumns()),
    exact: both("exact", sql`*`),
  };
}

/**
 * Selects the columns of {@link SealedRow} on SQLite. The database writes the JSON: that takes a third of the time of
 * reading every column. Only `duration` has a fraction, which SQLite and JavaScript may write differently, so it is
 * read as a number.
 *
 * SQLite refuses a row with a blob among its values, which only a damaged log has.
 */
export function sealedColumns(): RawBuilder<SealedRow> {
  return sql<SealedRow>`number, writer, place, checkpoint, format, hash, key_id, signature, ${sqliteJson(headColumns)} as head, duration, ${sqliteJson(tailColumns)} as tail`;
}

function sqliteJson(columns: readonly string[]): RawBuilder<string> {
  return sql<string>`trim(json_array(${sql.join(columns.map((column) => sql.ref(column)))}), '[]')`;
}

/**
 * Selects the columns of a line on PostgreSQL, which takes four times as long to write JSON as to write the values.
 * They are not cast: a cast could turn a value that somebody wrote after changing the type of its column into the
 * signed one.
 */
export function copiedColumns(): RawBuilder<unknown> {
  return sql.join(lineColumns.map((name) => sql.ref(name)));
}
