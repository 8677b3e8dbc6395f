import { PostgresDialect } from "kysely";
import { createPostgresPool, type PostgresPoolOptions } from "./postgres-pool.js";

/** Creates Kysely's dialect on a pool in which every wait has a deadline. */
export function postgresDialect(options: PostgresPoolOptions): PostgresDialect {
  return new PostgresDialect({ pool: createPostgresPool(options) });
}
