import type { SqliteConnection } from "./sqlite-connection.js";
import type { SqlitePoints } from "./sqlite-points.js";

/**
 * Direct access to a SQLite database, without Kysely, for statements so short that their promises would take longer.
 */
export interface SqliteDirect {
  /** Reads on a separate connection. Undefined for a database in memory, which has only one. */
  readonly points: SqlitePoints | undefined;
  /** Runs work synchronously, in a transaction of the writing connection. */
  exclusively<Result>(work: (connection: SqliteConnection) => Result): Promise<Result>;
}

const known = new WeakMap<object, SqliteDirect>();

/** Returns the direct access of a Kysely that `openDatabase` created; undefined for any other, and on PostgreSQL. */
export function sqliteDirect(db: object): SqliteDirect | undefined {
  return known.get(db);
}

/** Stores the value for {@link sqliteDirect}. */
export function keepSqliteDirect(db: object, direct: SqliteDirect): void {
  known.set(db, direct);
}
