import type { DatabaseOptions } from "@bookend/store-sql";
import type { Config } from "../config/config.js";
import { readSecret } from "../config/secrets.js";
import { sqliteFile } from "../config/sqlite-file.js";

/**
 * The database of a configuration, as `openDatabase` takes it.
 *
 * @throws {ConfigError} the environment lacks its URL
 */
export function databaseOptions(config: Config): DatabaseOptions {
  const { database } = config;
  if (database.kind === "sqlite") return { url: `sqlite:${sqliteFile(config)}` };
  return {
    url: readSecret(database.url, "database.url"),
    waitMs: database.waitSeconds * 1_000,
    statementTimeoutMs: database.statementTimeout * 1_000,
  };
}
