import { PostgresDialect } from "kysely";
import { createPostgresPool, type PostgresPoolOptions } from "./postgres-pool.js";

/** Kysely's dialect on a pool whose waits have deadlines. */
export function postgresDialect(options: PostgresPoolOptions): PostgresDialect {
  return new PostgresDialect({ pool: createPostgresPool(options) });
}
