import { resolve } from "node:path";
import Libsql from "libsql";
import { databaseClosed } from "./errors.js";
import { isBusy, sqliteFailure } from "./sqlite-failure.js";
import { sqliteParameter } from "./sqlite-parameter.js";
import { type StatementCache, statementCache } from "./statement-cache.js";
import { timeSlice } from "./time-slice.js";

/**
 * A separate connection for reads that take microseconds, such as a row by its key. They wait neither for the writing
 * connection nor for a thread, and see committed data. The connection refuses to write.
 */
export class SqlitePoints {
  readonly #path: string;
  readonly #slice = timeSlice();
  #database: Libsql.Database | undefined;
  #statements: StatementCache | undefined;
  #isClosed = false;

  constructor(path: string) {
    // opened at the first read, when the working directory of the process may have changed
    this.#path = resolve(path);
  }

  /** Returns a promise if other work must have its turn first. */
  turn(): Promise<void> | undefined {
    return this.#slice.next();
  }

  /**
   * Returns the rows of a statement; undefined if another process is repairing the write-ahead log.
   *
   * @throws {StoreError} STORE_CLOSED, DATABASE_UNAVAILABLE
   */
  rows(sql: string, parameters: readonly unknown[]): readonly unknown[] | undefined {
    if (this.#isClosed) throw databaseClosed();
    const bound = parameters.map(sqliteParameter);
    const statements = this.#statements ?? this.#open();
    try {
      return statements.prepare(sql).rows?.(bound) ?? [];
    } catch (error) {
      statements.forget(sql);
      if (isBusy(error)) return undefined;
      throw sqliteFailure(error);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#statements?.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): StatementCache {
    try {
      const database = new Libsql(this.#path);
      this.#database = database;
      database.pragma("query_only = on");
      this.#statements = statementCache(database);
      return this.#statements;
    } catch (error) {
      throw sqliteFailure(error);
    }
  }
}
