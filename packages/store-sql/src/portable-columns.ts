import type { ColumnBuilderCallback, ColumnDataType } from "kysely";
import type { DialectName } from "./database.js";

/**
 * Columns that mean the same on SQLite and PostgreSQL.
 *
 * `createTable("token").addColumn("id", ...columns.id).addColumn("created_at", columns.instant)`
 */
export interface PortableColumns {
  readonly dialect: DialectName;
  /** Primary key that counts by itself and never gives a number twice. */
  readonly id: readonly [ColumnDataType, ColumnBuilderCallback];
  /** A whole number of up to 53 bits. */
  readonly integer: ColumnDataType;
  /** A number with a fraction. */
  readonly real: ColumnDataType;
  /** Milliseconds since 1970; write `Date.now()` or `date.getTime()`. */
  readonly instant: ColumnDataType;
  /** 0 or 1; write {@link toFlag}. */
  readonly flag: ColumnDataType;
  /** Text, JSON (written with `JSON.stringify`) and binary data (in base64). No NUL characters: PostgreSQL refuses them. */
  readonly text: ColumnDataType;
}

/** The columns of one dialect. */
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

/** A boolean as both databases keep it. */
export type Flag = 0 | 1;

/** True is 1. */
export function toFlag(value: boolean): Flag {
  return value ? 1 : 0;
}
