import { type DatabaseConnection, type SqliteDatabase, SqliteDriver, type TransactionSettings } from "kysely";
import type Libsql from "libsql";
import { SqliteConnection } from "./sqlite-connection.js";

/** Kysely's driver, whose one connection takes turns, with a connection of ours. */
export class LibsqlDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;

  constructor(database: Libsql.Database, patienceMs: number) {
    super({ database: database as SqliteDatabase });
    this.#connection = new SqliteConnection(database, patienceMs);
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await super.acquireConnection();
    return this.#connection;
  }

  /** A transaction takes the write lock when it begins: one that reads first and writes later would fail where another process wrote between. */
  override beginTransaction(_: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    return this.#connection.begin(settings?.accessMode === "read only" ? "deferred" : "immediate");
  }

  override async commitTransaction(): Promise<void> {
    this.#connection.commit();
  }

  override async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }
}
