import type { SqliteConnection } from "./sqlite-connection.js";
import type { SqlitePoints } from "./sqlite-points.js";

/** The ways to a SQLite database that go past Kysely: for short statements, whose promises would take longer than they do. */
export interface SqliteDirect {
  /** Reads by a connection of its own. Undefined of a database in memory, which has only one. */
  readonly points: SqlitePoints | undefined;
  /** Runs work at once, in a transaction of the connection that writes. */
  exclusively<Result>(work: (connection: SqliteConnection) => Result): Promise<Result>;
}

const known = new WeakMap<object, SqliteDirect>();

/** Those of a Kysely that `openDatabase` made; undefined of any other, and of PostgreSQL. */
export function sqliteDirect(db: object): SqliteDirect | undefined {
  return known.get(db);
}

/** Keeps what {@link sqliteDirect} returns. */
export function keepSqliteDirect(db: object, direct: SqliteDirect): void {
  known.set(db, direct);
}
