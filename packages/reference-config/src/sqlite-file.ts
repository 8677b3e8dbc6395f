import { join } from "node:path";
import type { Config } from "./config.js";

/** Returns the path of the SQLite database file; undefined on PostgreSQL. */
export function sqliteFile({
  database,
  dataDirectory,
}: Pick<Config, "database" | "dataDirectory">): string | undefined {
  return database.kind === "sqlite" ? (database.file ?? join(dataDirectory, "bookend.db")) : undefined;
}
