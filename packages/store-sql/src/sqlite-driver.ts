import { type DatabaseConnection, type SqliteDatabase, SqliteDriver, type TransactionSettings } from "kysely";
import type Libsql from "libsql";
import { databaseClosed, StoreError } from "./errors.js";
import { SqliteConnection } from "./sqlite-connection.js";
import { type TurnQueue, turnQueue } from "./turn-queue.js";

/** Times in milliseconds. */
export interface SqliteDriverOptions {
  /** For the one connection. */
  readonly acquireTimeoutMs: number;
  /** For the locks of other processes. */
  readonly busyTimeoutMs: number;
}

/** Kysely's driver with a connection of ours, which is used by one at a time: in order, and not forever. */
export class LibsqlDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;
  readonly #turns: TurnQueue;

  constructor(database: Libsql.Database, { acquireTimeoutMs, busyTimeoutMs }: SqliteDriverOptions) {
    super({ database: database as SqliteDatabase });
    this.#connection = new SqliteConnection(database, busyTimeoutMs);
    this.#turns = turnQueue(acquireTimeoutMs, {
      late: () =>
        new StoreError(
          "DATABASE_TIMEOUT",
          `The SQLite connection did not become free within ${acquireTimeoutMs} ms. If this happens without load, a query inside a transaction does not go through that transaction.`,
        ),
      closed: databaseClosed,
    });
  }

  /** Runs work alone, at once, in a transaction: there is no promise for a statement, and nobody else has the connection in between. */
  async exclusively<Result>(work: (connection: SqliteConnection) => Result): Promise<Result> {
    await this.#turns.take();
    try {
      await this.#connection.begin("immediate");
      try {
        const result = work(this.#connection);
        await this.#connection.commit();
        return result;
      } catch (error) {
        this.#connection.rollback();
        throw error;
      }
    } finally {
      this.#turns.give();
    }
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.take();
    return this.#connection;
  }

  override async releaseConnection(): Promise<void> {
    this.#turns.give();
  }

  /** A transaction takes the write lock when it begins: one that reads first and writes later would fail where another process wrote between. */
  override beginTransaction(_: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    return this.#connection.begin(settings?.accessMode === "read only" ? "deferred" : "immediate");
  }

  override commitTransaction(): Promise<void> {
    return this.#connection.commit();
  }

  override async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }

  /** The current work ends first; work that does not end in time, or that arrives later, is refused. */
  override async destroy(): Promise<void> {
    await this.#turns.close();
    this.#connection.close();
  }
}
