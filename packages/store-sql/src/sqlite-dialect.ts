import { closeSync, openSync } from "node:fs";
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteDriver } from "kysely";
import Libsql from "libsql";
import { LibsqlDriver, type SqliteDriverOptions } from "./sqlite-driver.js";

/** Lets the migrator run in a transaction, which SQLite can and Kysely does not by itself: so only one process migrates. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class LibsqlDialect extends SqliteDialect {
  readonly #database: Libsql.Database;
  readonly #options: SqliteDriverOptions;

  constructor(database: Libsql.Database, options: SqliteDriverOptions) {
    super({ database: database as SqliteDatabase });
    this.#database = database;
    this.#options = options;
  }

  override createDriver(): SqliteDriver {
    return new LibsqlDriver(this.#database, this.#options);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** The options of {@link sqliteDialect}. */
export interface SqliteDialectOptions extends SqliteDriverOptions {
  /** The file must exist, and is not changed. */
  readonly readOnly: boolean;
}

/** Opens a SQLite file, made with mode 0600 if it is new, or `:memory:`. */
export function sqliteDialect(path: string, { readOnly, ...options }: SqliteDialectOptions): SqliteDialect {
  if (path !== ":memory:") closeSync(openSync(path, readOnly ? "r" : "a", 0o600));
  const database = new Libsql(path);
  database.pragma("busy_timeout = 5000");
  // libsql takes the option readonly and ignores it
  if (readOnly) database.pragma("query_only = ON");
  else database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  // from here on the connection waits
  database.pragma("busy_timeout = 0");
  return new LibsqlDialect(database, options);
}
