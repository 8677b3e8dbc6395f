import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, inject } from "vitest";
import type {} from "./global-setup.js";

/** The databases that tests run on. */
export type TestDialect = "sqlite" | "postgres";

/** The options of {@link describeEachDatabase}. */
export interface EachDatabaseOptions {
  /**
   * Fills a database, such as by migrating it, and closes it. It runs once for all tests of a process that name the
   * same function; each test gets a copy, which is faster than another migration.
   * @default databases are empty
   */
  readonly prepare?: (url: string) => Promise<void>;
}

/**
 * Runs the same tests on SQLite and on PostgreSQL. `freshUrl` creates a database for each caller: an empty one, or a
 * copy of the one that `prepare` filled.
 */
export function describeEachDatabase(
  name: string,
  tests: (context: { dialect: TestDialect; freshUrl: () => Promise<string> }) => void,
  { prepare }: EachDatabaseOptions = {},
): void {
  describe(`${name} on SQLite`, () => {
    const directories: string[] = [];
    afterAll(() => {
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    });
    const freshUrl = async () => {
      const directory = mkdtempSync(join(tmpdir(), "bookend-sqlite-"));
      directories.push(directory);
      // the whole directory, since SQLite may keep a journal in a separate file
      if (prepare !== undefined) cpSync(await preparedFiles(prepare), directory, { recursive: true });
      return `sqlite:${join(directory, sqliteFile)}`;
    };
    tests({ dialect: "sqlite", freshUrl });
  });

  const postgres = inject("postgres");
  if ("skip" in postgres) {
    describe.skip(`${name} on PostgreSQL: ${postgres.skip}`, () =>
      tests({ dialect: "postgres", freshUrl: () => Promise.reject(new Error(postgres.skip)) }));
    return;
  }
  describe(`${name} on PostgreSQL`, () => {
    const freshUrl = async () =>
      urlOf(
        postgres.url,
        await createDatabase(postgres.url, prepare && (await preparedDatabase(postgres.url, prepare))),
      );
    tests({ dialect: "postgres", freshUrl });
  });
}

const sqliteFile = "store.db";

type Prepare = NonNullable<EachDatabaseOptions["prepare"]>;

const files = new Map<Prepare, Promise<string>>();

/** Returns the directory of the prepared SQLite file. */
function preparedFiles(prepare: Prepare): Promise<string> {
  return once(files, prepare, async () => {
    const directory = mkdtempSync(join(tmpdir(), "bookend-sqlite-prepared-"));
    process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
    await prepare(`sqlite:${join(directory, sqliteFile)}`);
    return directory;
  });
}

const databases = new Map<Prepare, Promise<string>>();

/** Returns the name of the prepared database. */
function preparedDatabase(server: string, prepare: Prepare): Promise<string> {
  return once(databases, prepare, async () => {
    const database = await createDatabase(server);
    await prepare(urlOf(server, database));
    return database;
  });
}

function once<Key, Value>(made: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const before = made.get(key);
  if (before !== undefined) return before;
  const value = make();
  made.set(key, value);
  return value;
}

/** Creates a database as a copy of another, or empty, and returns its name. */
async function createDatabase(server: string, template = "template1"): Promise<string> {
  const database = `test_${randomBytes(8).toString("hex")}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${database} template ${template}${await byFiles(client)}`);
  await client.end();
  return database;
}

/**
 * Returns the clause that lets PostgreSQL copy the template's files instead of writing each page to the write-ahead
 * log, the default since version 15. For such a small database, this is three times as fast.
 */
async function byFiles(client: pg.Client): Promise<string> {
  const { rows } = await client.query("select current_setting('server_version_num')::int >= 150000 as chooses");
  return rows[0].chooses ? " strategy file_copy" : "";
}

function urlOf(server: string, database: string): string {
  return server.replace("///postgres?", `///${database}?`);
}
