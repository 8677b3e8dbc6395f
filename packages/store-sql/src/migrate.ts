import { problemMessage } from "@bookend/core";
import { type Migration as KyselyMigration, Migrator, sql } from "kysely";
import type { Database } from "./database.js";
import { StoreError } from "./errors.js";
import { type PortableColumns, portableColumns } from "./portable-columns.js";

/** The database as a migration sees it: tables with any name, and columns with any type. */
export type MigrationDatabase = Parameters<KyselyMigration["up"]>[0];

/** One step of a schema. It runs once, inside a transaction, on SQLite or PostgreSQL. */
export interface Migration {
  /** `columns` contains the column types that differ between the two databases. */
  up(db: MigrationDatabase, columns: PortableColumns): Promise<void>;
}

/** Milliseconds that one statement of a migration may take, since it may change large tables. */
const statementTimeoutMs = 3_600_000;

/** The options of {@link migrate}. */
export interface MigrateOptions {
  /**
   * Migrations by name. They run in the order of their names, each once. A migration that has run must not be removed.
   */
  readonly migrations: Readonly<Record<string, Migration>>;
  /**
   * The package that the tables belong to, such as `reference`. Migrations that have run are listed in
   * `<namespace>_migration`. At most 30 lower-case letters, digits and `_`.
   */
  readonly namespace: string;
}

/** How the tables of a namespace compare with its migrations. */
export interface MigrationState {
  /** Names of migrations that {@link migrate} would run. */
  readonly pending: readonly string[];
  /** Names of migrations that have run but are not known here, because the database belongs to a newer version. */
  readonly unknown: readonly string[];
}

/**
 * Compares the tables of a namespace with its migrations. Changes nothing.
 *
 * @throws {StoreError} MIGRATION_INVALID
 */
export async function migrationState<Schema>(
  { db }: Database<Schema>,
  { migrations, namespace }: MigrateOptions,
): Promise<MigrationState> {
  const table = migrationTable(namespace);
  const tables = await db.introspection.getTables();
  const ran = tables.some(({ name }) => name === table)
    ? (await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(db)).rows.map(({ name }) => name)
    : [];
  return {
    pending: Object.keys(migrations)
      .filter((name) => !ran.includes(name))
      .sort(),
    unknown: ran.filter((name) => !Object.hasOwn(migrations, name)).sort(),
  };
}

/**
 * Migrates the tables of a namespace to this version. Several processes can call it at the same time: one migrates, the
 * others wait.
 *
 * @throws {StoreError} MIGRATION_INVALID, MIGRATION_FAILED
 * @returns the names of the migrations that ran now.
 */
export async function migrate<Schema>(
  database: Database<Schema>,
  { migrations, namespace }: MigrateOptions,
): Promise<readonly string[]> {
  const table = migrationTable(namespace);
  const columns = portableColumns(database.dialect);
  const { error, results = [] } = await database.patiently(statementTimeoutMs, (db) =>
    new Migrator({
      db,
      migrationTableName: table,
      migrationLockTableName: `${table}_lock`,
      provider: {
        getMigrations: () =>
          Promise.resolve(
            Object.fromEntries(
              Object.entries(migrations).map(([name, { up }]) => [name, { up: (db) => up(db, columns) }]),
            ),
          ),
      },
    }).migrateToLatest(),
  );
  if (error !== undefined) {
    const failed = results.find((result) => result.status === "Error")?.migrationName;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      "MIGRATION_FAILED",
      `The migration ${failed === undefined ? "" : `${JSON.stringify(failed)} `}of ${namespace} failed: ${reason}`,
      { cause: error },
    );
  }
  return results.map((result) => result.migrationName);
}

function migrationTable(namespace: string): string {
  if (/^[a-z][a-z0-9_]{0,29}$/.test(namespace)) return `${namespace}_migration`;
  throw new StoreError(
    "MIGRATION_INVALID",
    problemMessage(
      `${JSON.stringify(namespace)} is not valid`,
      'a lower-case letter followed by up to 29 lower-case letters, digits or "_"',
      "namespace",
    ),
  );
}
