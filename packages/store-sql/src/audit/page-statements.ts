import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { headColumns, tailColumns } from "./audit-row.js";
import { type PageStatements, pageSize } from "./read-pages.js";
import type { SealedRow } from "./row-content.js";

/** The part of a `Database` that verification reads. */
export interface LogSource {
  readonly db: Kysely<StoreSchema>;
  readonly dialect: DialectName;
}

/** Returns the SQL that reads the chain of a writer. It is compiled here, so that threads need not load Kysely. */
export function pageStatements({ db, dialect }: LogSource, writer: number): PageStatements {
  // the rows of writer 0 have their number only
  const place = sql.ref(writer === 0 ? "number" : "place");
  const page = (columns: RawBuilder<unknown>, behind: RawBuilder<unknown>) =>
    sql`select ${columns} from bookend_audit where writer = ${0} and ${place} <= ${0} and ${behind} order by ${place}, number limit ${sql.lit(pageSize)}`.compile(
      db,
    ).sql;
  const both = (columns: RawBuilder<unknown>) => ({
    first: page(columns, sql`${place} > ${0}`),
    next: page(columns, sql`(${place}, number) > (${0}, ${0})`),
  });
  return { quick: both(sealedColumns(dialect)), exact: both(sql`*`) };
}

const numbers: ReadonlySet<string> = new Set(["number", "binding", "success", "startdate"]);

/**
 * Selects the columns of {@link SealedRow}. The database writes the JSON: that takes a third of the time of reading
 * every column. Only `duration` has a fraction, and no two programs agree on how to write one, so it is read as a
 * number.
 *
 * SQLite refuses a row with a blob among its values, which only a damaged log has.
 */
export function sealedColumns(dialect: DialectName): RawBuilder<SealedRow> {
  const json = dialect === "sqlite" ? sqliteJson : postgresJson;
  return sql<SealedRow>`number, writer, place, checkpoint, format, hash, key_id, signature, ${json(headColumns)} as head, duration, ${json(tailColumns)} as tail`;
}

function sqliteJson(columns: readonly string[]): RawBuilder<string> {
  return sql<string>`trim(json_array(${sql.join(columns.map((column) => sql.ref(column)))}), '[]')`;
}

/** PostgreSQL's own arrays of JSON have spaces if their values differ in type, so each run of strings is an array. */
function postgresJson(columns: readonly string[]): RawBuilder<string> {
  const parts: RawBuilder<string>[] = [];
  let run: string[] = [];
  const end = () => {
    if (run.length > 0) {
      parts.push(
        sql<string>`trim(both '[]' from array_to_json(array[${sql.join(run.map((column) => sql.ref(column)))}])::text)`,
      );
    }
    run = [];
  };
  for (const column of columns) {
    if (!numbers.has(column)) {
      run.push(column);
      continue;
    }
    end();
    parts.push(sql<string>`coalesce(${sql.ref(column)}::text, 'null')`);
  }
  end();
  return sql<string>`${sql.join(parts, sql` || ',' || `)}`;
}
