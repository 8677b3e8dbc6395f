import { type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";
import { jsonParameter } from "../json-parameter.js";

/** The type of a column of rows that are passed as JSON. */
export type JsonColumn = "bigint" | "text";

/** The columns of rows that are passed as JSON, by name, with their types. */
export type JsonColumns = Readonly<Record<string, JsonColumn>>;

/**
 * Passes rows, reduced to these columns, as one parameter. The statement is the same for any number of rows, so it is
 * prepared once.
 */
export function jsonRows(dialect: DialectName, rows: readonly object[], columns: JsonColumns): RawBuilder<unknown> {
  const names = Object.keys(columns);
  const json = jsonParameter(
    rows.map((row) => Object.fromEntries(names.map((name) => [name, (row as Record<string, unknown>)[name]]))),
  );
  return rowsOfJson(dialect, sql`${json}`, columns);
}

/** Returns the rows of a JSON parameter as the table `v`. */
export function rowsOfJson(dialect: DialectName, json: RawBuilder<unknown>, columns: JsonColumns): RawBuilder<unknown> {
  const names = Object.entries(columns);
  if (dialect === "postgres") {
    const typed = sql.join(names.map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`));
    return sql`jsonb_to_recordset(cast(${json} as jsonb)) as v(${typed})`;
  }
  const extracted = sql.join(
    names.map(([name]) => sql`json_extract(value, ${sql.lit(`$.${name}`)}) as ${sql.ref(name)}`),
  );
  return sql`(select ${extracted} from json_each(${json})) as v`;
}
