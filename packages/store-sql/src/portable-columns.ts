import type { ColumnBuilderCallback, ColumnDataType } from "kysely";
import type { DialectName } from "./database.js";

/**
 * Columns that have the same meaning on SQLite and PostgreSQL.
 *
 * `createTable("token").addColumn("id", ...columns.id).addColumn("created_at", columns.instant)`
 */
export interface PortableColumns {
  readonly dialect: DialectName;
  /** Primary key that increments automatically and never assigns a number twice. */
  readonly id: readonly [ColumnDataType, ColumnBuilderCallback];
  /** An integer of up to 53 bits. */
  readonly integer: ColumnDataType;
  /** A floating-point number. */
  readonly real: ColumnDataType;
  /** Milliseconds since 1970; write `Date.now()` or `date.getTime()`. */
  readonly instant: ColumnDataType;
  /** 0 or 1; write {@link toFlag}. */
  readonly flag: ColumnDataType;
  /**
   * A string, JSON (written with `JSON.stringify`) or binary data (in base64). NUL characters are not allowed, since
   * PostgreSQL refuses them.
   */
  readonly text: ColumnDataType;
}

/** Returns the columns of one dialect. */
export function portableColumns(dialect: DialectName): PortableColumns {
  return {
    dialect,
    id:
      dialect === "sqlite"
        ? ["integer", (column) => column.primaryKey().autoIncrement()]
        : ["bigint", (column) => column.generatedByDefaultAsIdentity().primaryKey()],
    // "bigint" has integer affinity on SQLite
    integer: "bigint",
    real: "double precision",
    instant: "bigint",
    flag: "smallint" as ColumnDataType,
    text: "text",
  };
}

/** A boolean in the form that both databases store. */
export type Flag = 0 | 1;

/** Converts a boolean to a flag. */
export function toFlag(value: boolean): Flag {
  return value ? 1 : 0;
}
