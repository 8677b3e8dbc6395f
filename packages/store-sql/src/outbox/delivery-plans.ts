import { type RawBuilder, sql } from "kysely";
import type { DialectName } from "../database.js";

/** Indexes of the deliveries. */
type DeliveryIndex = "waiting" | "due" | "expires" | "sending" | "kept";

/**
 * How deliveries are found. SQLite has no statistics, and considers the index of states the best whenever a state is
 * given: with many waiting deliveries, it would read all of them to find one. PostgreSQL has statistics, but updates
 * them too rarely for states, which change all the time: it would compare every delivery that is being sent with every
 * completed one.
 */
export interface DeliveryPlans {
  /** Returns the SQL that follows the name of a table and makes SQLite use this index; empty on PostgreSQL. */
  by(index: DeliveryIndex): RawBuilder<unknown>;
  /**
   * Returns the SQL of the state of the rows of a table, compared without an index, for rows that are found in another
   * way.
   */
  state(table: string): RawBuilder<unknown>;
}

/** Creates {@link DeliveryPlans}. */
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
