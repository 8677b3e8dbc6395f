import { describeEachDatabase } from "@bookend/test-kit/databases";
import { migrateStore } from "./migrate-store.js";

/** Runs the same tests on SQLite and on PostgreSQL; `freshUrl` makes a database for each that asks, with the tables of a store and without rows. */
export function describeEachStore(name: string, tests: Parameters<typeof describeEachDatabase>[1]): void {
  describeEachDatabase(name, tests, { prepare: migrateStore });
}
