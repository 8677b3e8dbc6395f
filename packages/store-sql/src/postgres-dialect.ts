import { PostgresDialect } from "kysely";
import pg from "pg";

const INT8 = 20;

/** A pool of connections on which `bigint` columns are read as numbers, as on SQLite. */
export function createPostgresPool(url: string, poolSize: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    keepAlive: true,
    types: { getTypeParser: (id, format) => (id === INT8 ? Number : pg.types.getTypeParser(id, format)) },
  });
  // an idle connection that breaks is replaced by the pool; without a listener it would end the process
  pool.on("error", () => undefined);
  return pool;
}

/** Kysely's dialect on such a pool. */
export function postgresDialect(pool: pg.Pool): PostgresDialect {
  return new PostgresDialect({ pool });
}
