import { type DatabaseConnection, type SqliteDatabase, SqliteDriver, type TransactionSettings } from "kysely";
import type Libsql from "libsql";
import { databaseClosed, StoreError } from "./errors.js";
import { SqliteConnection } from "./sqlite-connection.js";
import { type TurnQueue, turnQueue } from "./turn-queue.js";

/** Times in milliseconds. */
export interface SqliteDriverOptions {
  /** Time limit for the connection. */
  readonly acquireTimeoutMs: number;
  /** Time limit for the locks of other processes. */
  readonly busyTimeoutMs: number;
}

/** Kysely's driver for a connection that is used by one caller at a time, in order, with a time limit. */
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

  /**
   * Runs work exclusively and synchronously in a transaction: there is no promise for each statement, and nothing else
   * uses the connection in between.
   */
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

  /**
   * Begins a transaction, which takes the write lock immediately: a transaction that reads first and writes later would
   * fail if another process wrote in between.
   */
  override beginTransaction(_: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    return this.#connection.begin(settings?.accessMode === "read only" ? "deferred" : "immediate");
  }

  override commitTransaction(): Promise<void> {
    return this.#connection.commit();
  }

  override async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }

  /** Lets current work end first; refuses work that does not end in time or that arrives later. */
  override async destroy(): Promise<void> {
    await this.#turns.close();
    this.#connection.close();
  }
}
