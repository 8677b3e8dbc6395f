import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteDriver } from "kysely";
import Libsql from "libsql";
import { LibsqlDriver, type SqliteDriverOptions } from "./sqlite-driver.js";
import { SqliteReaderDialect, type SqliteReaderOptions } from "./sqlite-reader.js";
import { startSqliteThreads } from "./sqlite-threads.js";

/**
 * Lets the migrator run in a transaction, which SQLite supports but Kysely does not use by default, so that only one
 * process migrates.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely's dialect for SQLite with libsql. */
export class LibsqlDialect extends SqliteDialect {
  readonly #database: Libsql.Database;
  readonly #options: SqliteDriverOptions;
  #driver: LibsqlDriver | undefined;

  constructor(database: Libsql.Database, options: SqliteDriverOptions) {
    super({ database: database as SqliteDatabase });
    this.#database = database;
    this.#options = options;
  }

  /** The driver that Kysely uses. */
  get driver(): LibsqlDriver {
    this.#driver ??= new LibsqlDriver(this.#database, this.#options);
    return this.#driver;
  }

  override createDriver(): SqliteDriver {
    return this.driver;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** The options of {@link sqliteDialect}. */
export interface SqliteDialectOptions extends SqliteDriverOptions {
  /** Whether the file must exist and is not changed. */
  readonly readOnly: boolean;
}

/**
 * Maximum size of the page cache. With SQLite's default of 2 MB, each entry of the audit log reads pages of several of
 * its indexes again.
 */
const cacheKiB = 32_768;

/** Opens a SQLite file, which is created with mode 0600 if it does not exist, or `:memory:`. */
export function sqliteDialect(path: string, { readOnly, ...options }: SqliteDialectOptions): LibsqlDialect {
  if (path !== ":memory:") makeFile(path, readOnly);
  startSqliteThreads();
  const database = new Libsql(path);
  database.pragma("busy_timeout = 5000");
  // libsql accepts the option `readonly` and ignores it, so SQLite itself must refuse to write
  if (readOnly) database.pragma("query_only = ON");
  else database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma(`cache_size = -${cacheKiB}`);
  database.pragma("foreign_keys = ON");
  // from now on, `SqliteConnection` waits for locks, without blocking the process
  database.pragma("busy_timeout = 0");
  return new LibsqlDialect(database, options);
}

/**
 * Opens a connection for reads of a file that was opened with {@link sqliteDialect}. A database in memory has none,
 * since another connection would have a separate database.
 */
export function sqliteReaderDialect(path: string, options: SqliteReaderOptions): SqliteDialect | undefined {
  if (path === ":memory:") return undefined;
  return new SqliteReaderDialect(path, options, () => new TransactionalSqliteAdapter());
}

/**
 * Creates an empty file if there is none and creating it is allowed; otherwise checks that the file can be used.
 *
 * A file that exists is not opened: under POSIX, closing it would drop every lock that this process holds on it,
 * including those of an earlier connection. Another process that closes the database would then believe it is the last
 * one and delete the write-ahead log, with everything committed to it afterwards.
 */
function makeFile(path: string, readOnly: boolean): void {
  if (!readOnly) {
    try {
      closeSync(openSync(path, "wx", 0o600));
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  accessSync(path, readOnly ? constants.R_OK : constants.R_OK | constants.W_OK);
  if (!statSync(path).isFile()) throw Object.assign(new Error(`EISDIR: ${path} is not a file`), { code: "EISDIR" });
}
