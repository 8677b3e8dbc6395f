import { setTimeout } from "node:timers/promises";
import { type CompiledQuery, type DatabaseConnection, type QueryResult, SelectQueryNode } from "kysely";
import type Libsql from "libsql";
import PromisedLibsql from "libsql/promise";
import { databaseClosed } from "./errors.js";
import { isOnceQuery } from "./once-query.js";
import { isBusy, sqliteFailure } from "./sqlite-failure.js";
import { type SqliteValue, sqliteParameter } from "./sqlite-parameter.js";
import { type StatementCache, statementCache } from "./statement-cache.js";
import { timeSlice } from "./time-slice.js";

/** Milliseconds between two attempts to get a lock. */
const retryMs = 1;

/**
 * A process that writes for this many milliseconds without a pause makes a pause if another process writes as well:
 * SQLite has no queue, and a process that polls for the lock would starve.
 */
const turnMs = 10;

/** Milliseconds that are long enough for another process to get the lock. */
const pauseMs = 3;

/** Minimum milliseconds between two looks for writes of other processes. */
const lookMs = 50;

/** Another process is assumed to be still writing for this many milliseconds after its last write. */
const sharedMs = 2_000;

/**
 * A connection that waits for the locks of others without blocking the process, as SQLite's own waiting would, and that
 * yields to the event loop between statements, each of which blocks it.
 *
 * A prepared statement of libsql that found the database busy counts as running until it is garbage-collected, and no
 * transaction commits until then. Therefore, any statement that may find the database busy is run with `exec`, which
 * leaves nothing behind: every write begins a transaction that way, even a single one.
 */
export class SqliteConnection implements DatabaseConnection {
  readonly #opened: Libsql.Database;
  readonly #statements: StatementCache;
  #isClosed = false;
  readonly #patienceMs: number;
  readonly #slice = timeSlice();
  /** A value that changes with the commits of other processes, and when it was read, by `performance.now()`. */
  #dataVersion: unknown;
  #lookedAt = -Infinity;
  /** Kept separately, since cached statements are discarded when a statement of another kind occurs. */
  #askDataVersion: Libsql.Statement | undefined;
  #sharedUntil = 0;
  /** Statements that run with the commit of the current transaction. */
  #late: readonly string[] = [];
  /** The running commit, which ends in any way. */
  #committing: Promise<void> | undefined;
  /** When this process began to write without a pause, and when it wrote last, by `performance.now()`. */
  #turnBeganAt = 0;
  #wroteAt = 0;

  constructor(database: Libsql.Database, patienceMs: number) {
    this.#opened = database;
    this.#statements = statementCache(database);
    this.#patienceMs = patienceMs;
  }

  /**
   * The database, unless it is closed: libsql ends the process if `inTransaction` is read from a closed database.
   *
   * @throws {StoreError} STORE_CLOSED
   */
  get #database(): Libsql.Database {
    if (this.#isClosed) throw databaseClosed();
    return this.#opened;
  }

  /**
   * Rolls back running work, and refuses new work. A commit that is running is not disturbed: a rollback between its
   * statements would leave the rest of them to be committed one by one. The database is then closed when it has ended.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#committing === undefined) this.#end();
    // nobody waits for it any longer: an error must not end the process
    else this.#committing.then(() => this.#end()).catch(() => undefined);
  }

  #end(): void {
    try {
      if (this.#opened.inTransaction) this.#opened.exec("rollback");
    } finally {
      // each statement keeps the file open
      this.#statements.clear();
      this.#askDataVersion = undefined;
      this.#opened.close();
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters.map(sqliteParameter);
    await this.#slice.next();
    try {
      return await this.#execute(query, parameters);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  async #execute<R>(query: CompiledQuery, parameters: readonly SqliteValue[]): Promise<QueryResult<R>> {
    const run = (): QueryResult<R> => {
      if (isOnceQuery(query)) {
        this.#database.exec(query.sql);
        return { rows: [] };
      }
      const { rows, changes, lastId } = this.#run(query.sql, parameters);
      if (lastId === undefined) return { rows: rows as R[] };
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastId) };
    };
    if (this.#database.inTransaction) return run();
    if (onlyReads(query)) return this.#patiently(run);
    await this.#begin("immediate");
    try {
      const result = run();
      await this.#commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Whether a transaction is in progress; some errors, such as a full disk, end it. */
  get isInTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /**
   * Runs a statement of the current transaction. @throws {StoreError} STORE_CLOSED, DATABASE_UNAVAILABLE,
   * CONSTRAINT_VIOLATED
   */
  runNow(sql: string, parameters: readonly unknown[]): { readonly rows: readonly unknown[]; readonly changes: number } {
    const bound = parameters.map(sqliteParameter);
    try {
      return this.#run(sql, bound);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  /**
   * Runs the text of a statement without parameters, which is not kept. @throws {StoreError} STORE_CLOSED,
   * DATABASE_UNAVAILABLE, CONSTRAINT_VIOLATED
   */
  runOnce(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  /**
   * Adds statements to the current transaction that run with its commit, on a thread of libsql. If one of them fails,
   * so does the commit.
   */
  runWithCommit(statements: readonly string[]): void {
    if (statements.length > 0) this.#late = [...this.#late, ...statements];
  }

  #run(
    sql: string,
    parameters: readonly SqliteValue[],
  ): { readonly rows: readonly unknown[]; readonly changes: number; readonly lastId?: number | bigint } {
    if (this.#isClosed) throw databaseClosed();
    try {
      const { statement, rows } = this.#statements.prepare(sql);
      if (rows) return { rows: rows(parameters), changes: 0 };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], changes, lastId: lastInsertRowid };
    } catch (error) {
      this.#statements.forget(sql);
      throw error;
    }
  }

  /** Reads all rows together: a stream would occupy the only connection between two rows. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  async begin(mode: "deferred" | "immediate"): Promise<void> {
    await this.#slice.next();
    try {
      await this.#begin(mode);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  /**
   * Commits the transaction. Nothing else may use this connection until the promise settles. @throws {StoreError}
   * STORE_CLOSED, DATABASE_UNAVAILABLE, CONSTRAINT_VIOLATED
   */
  async commit(): Promise<void> {
    try {
      await this.#commit();
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  async #commit(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    const commit = execBeside(this.#database, [...late, "commit"].join(";\n"));
    this.#committing = commit.catch(() => undefined);
    try {
      await commit;
    } finally {
      this.#committing = undefined;
    }
    this.#wroteAt = performance.now();
  }

  rollback(): void {
    this.#late = [];
    // some errors, such as a full disk, cause a rollback by themselves, as does closing
    if (!this.#isClosed && this.#database.inTransaction) this.#database.exec("rollback");
  }

  async #begin(mode: "deferred" | "immediate"): Promise<void> {
    if (mode === "immediate") await this.#leaveTurn();
    await this.#patiently(() => this.#database.exec(`begin ${mode}`));
    if (mode === "immediate") this.#noticeOthers();
  }

  async #leaveTurn(): Promise<void> {
    const now = performance.now();
    if (now - this.#wroteAt > pauseMs) this.#turnBeganAt = now;
    else if (now < this.#sharedUntil && now - this.#turnBeganAt > turnMs) {
      await setTimeout(pauseMs);
      this.#turnBeganAt = performance.now();
    }
  }

  #noticeOthers(): void {
    const now = performance.now();
    if (now - this.#lookedAt < lookMs) return;
    this.#lookedAt = now;
    this.#askDataVersion ??= this.#database.prepare("pragma data_version");
    const [row] = this.#askDataVersion.all([]) as { data_version: unknown }[];
    if (this.#dataVersion !== undefined && row?.data_version !== this.#dataVersion) {
      this.#sharedUntil = now + sharedMs;
    }
    this.#dataVersion = row?.data_version;
  }

  async #patiently<T>(run: () => T): Promise<T> {
    const start = performance.now();
    for (;;) {
      try {
        return run();
      } catch (error) {
        if (!isBusy(error) || performance.now() - start > this.#patienceMs) throw error;
        this.#sharedUntil = performance.now() + sharedMs;
      }
      await setTimeout(retryMs);
    }
  }
}

function onlyReads({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || /^\s*(?:select|pragma|explain|vacuum|attach|detach)\b/i.test(sql);
}

/**
 * Runs statements on a thread of libsql: a commit waits for the disk, and does not need to block the event loop. The
 * two interfaces of libsql keep the same handle under the same name, so the method of one works on the database of the
 * other.
 */
async function execBeside(database: Libsql.Database, statements: string): Promise<void> {
  await PromisedLibsql.prototype.exec.call(database as unknown as PromisedLibsql, statements);
}
