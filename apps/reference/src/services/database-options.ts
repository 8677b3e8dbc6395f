import { type Config, readSecret, sqliteFile } from "@bookend/reference-config";
import type { DatabaseOptions } from "@bookend/store-sql";

/**
 * Returns the options of `openDatabase` for a configuration.
 *
 * @throws {ConfigError} if the URL is in an environment variable that is not set
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
