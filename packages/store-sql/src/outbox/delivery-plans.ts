import { type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";

/** Indexes of the deliveries. */
type DeliveryIndex = "waiting" | "due" | "expires" | "sending" | "kept";

/**
 * How deliveries are to be found. SQLite has no statistics, and takes the index of states to be the best wherever a state is named: with many deliveries
 * waiting it would read all of them to find one. PostgreSQL counts what is in its tables, but too rarely for states, which change all the time: it
 * would compare all that are being sent with each that ended.
 */
export interface DeliveryPlans {
  /** Follows the name of the table: makes SQLite use this index. */
  by(index: DeliveryIndex): RawBuilder<unknown>;
  /** The state of the rows of a table, compared without an index: something else finds the rows. */
  state(table: string): RawBuilder<unknown>;
}

/** See {@link DeliveryPlans}. */
export function deliveryPlans(dialect: DialectName): DeliveryPlans {
  const isSqlite = dialect === "sqlite";
  return {
    by: (index) => (isSqlite ? sql.raw(` indexed by bookend_delivery_${index}`) : sql``),
    state: (table) => {
      const column = sql.ref(`${table}.state`);
      return isSqlite ? sql`+${column}` : sql`coalesce(${column}, '')`;
    },
  };
}
