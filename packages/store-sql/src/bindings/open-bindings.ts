import type { WritableBindingStore } from "@bookend/core";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import { migrate, migrationState } from "../migrate.js";
import { storeMigrations } from "../store-migrations.js";
import type { StoreSchema } from "../store-schema.js";
import { watchBindings } from "./binding-changes.js";
import { type SqlBindingsOptions, sqlBindings } from "./sql-bindings.js";

/** The options of {@link openBindings}. */
export interface OpenBindingsOptions<Schema> extends SqlBindingsOptions {
  /** The result of `openDatabase`. */
  readonly database: Database<Schema>;
  /**
   * Whether to create the tables or migrate them to this version; otherwise, tables of another version are refused.
   * @default false
   */
  readonly migrate?: boolean | undefined;
}

/** The bindings of a store, without its counters and its audit log. */
export interface OpenedBindings {
  readonly bindings: WritableBindingStore;
  /** Stops watching bindings. The database stays open. */
  close(): Promise<void>;
}

/**
 * Opens the bindings of a store without the key of its audit log, for tools that repair a server that does not start.
 *
 * @throws {StoreError} SCHEMA_DIFFERS, SCHEMA_NEWER, MIGRATION_FAILED
 */
export async function openBindings<Schema>(options: OpenBindingsOptions<Schema>): Promise<OpenedBindings> {
  const database = options.database as unknown as Database<StoreSchema>;
  const schema = { migrations: storeMigrations, namespace: "bookend" };
  const { pending, unknown } = await migrationState(database, schema);
  if (unknown.length > 0) {
    throw new StoreError(
      "SCHEMA_NEWER",
      `The tables are from a newer version, which ran the migrations ${unknown.join(", ")}.`,
    );
  }
  if (pending.length > 0) {
    if (options.migrate !== true) {
      const state =
        pending.length === Object.keys(storeMigrations).length ? "do not exist" : "are from an earlier version";
      throw new StoreError("SCHEMA_DIFFERS", `The tables ${state}: the migrations ${pending.join(", ")} have not run.`);
    }
    await migrate(database, schema);
  }
  const changes = await watchBindings(database, watchIntervalMs);
  return { bindings: sqlBindings(database, changes, options), close: () => changes.close() };
}

/** Milliseconds between checks for changes by other processes. */
const watchIntervalMs = 500;
