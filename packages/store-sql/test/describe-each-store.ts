import { describeEachDatabase } from "@bookend/test-kit/databases";
import { migrateStore } from "./migrate-store.js";

/**
 * Runs the same tests on SQLite and on PostgreSQL; each call of `freshUrl` creates a database with the tables of a
 * store but without rows.
 */
export function describeEachStore(name: string, tests: Parameters<typeof describeEachDatabase>[1]): void {
  describeEachDatabase(name, tests, { prepare: migrateStore });
}
