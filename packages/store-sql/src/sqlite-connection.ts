import { setTimeout } from "node:timers/promises";
import { type CompiledQuery, type DatabaseConnection, type QueryResult, SelectQueryNode } from "kysely";
import type Libsql from "libsql";
import PromisedLibsql from "libsql/promise";
import { databaseClosed } from "./errors.js";
import { isBusy, sqliteFailure } from "./sqlite-failure.js";
import { sqliteParameter } from "./sqlite-parameter.js";
import { type StatementCache, statementCache } from "./statement-cache.js";
import { timeSlice } from "./time-slice.js";

/** Milliseconds between two tries to get a lock. */
const retryMs = 1;

/** A process that writes without a pause for so long leaves one, if another writes too: SQLite has no queue, and who asks again and again starves. */
const turnMs = 10;

/** Long enough for another to try in, in milliseconds. */
const pauseMs = 3;

/** For so many milliseconds after another process wrote, it is taken to be there still. */
const sharedMs = 2_000;

/**
 * A connection that waits for the locks of others without blocking the process, as SQLite's own waiting would, and that lets the event loop have its
 * turn between statements: each of them blocks it.
 *
 * A prepared statement of libsql that found the database busy counts as running until it is collected as garbage, and no transaction commits
 * until then. So what may find it busy is run with `exec`, which leaves nothing behind: a write begins a transaction that way, even one alone.
 */
export class SqliteConnection implements DatabaseConnection {
  readonly #opened: Libsql.Database;
  readonly #statements: StatementCache;
  #isClosed = false;
  readonly #patienceMs: number;
  readonly #slice = timeSlice();
  /** Changes with what other processes commit. */
  #dataVersion: unknown;
  /** Not among the statements that are kept: those are forgotten when another kind of statement comes. */
  #askDataVersion: Libsql.Statement | undefined;
  #sharedUntil = 0;
  /** When this process began to write without a pause, and when it wrote last. */
  #turnBeganAt = 0;
  #wroteAt = 0;

  constructor(database: Libsql.Database, patienceMs: number) {
    this.#opened = database;
    this.#statements = statementCache(database);
    this.#patienceMs = patienceMs;
  }

  /** The database. libsql ends the process if one that is closed is asked whether it is in a transaction. @throws {StoreError} STORE_CLOSED */
  get #database(): Libsql.Database {
    if (this.#isClosed) throw databaseClosed();
    return this.#opened;
  }

  /** Running work is rolled back; new work is refused. */
  close(): void {
    if (this.#isClosed) return;
    try {
      this.rollback();
    } finally {
      this.#isClosed = true;
      // each holds the file open
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

  async #execute<R>(
    query: CompiledQuery,
    parameters: readonly (string | number | bigint | null)[],
  ): Promise<QueryResult<R>> {
    const run = (): QueryResult<R> => {
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

  /** Whether a transaction is under way; some errors, as that of a full disk, end it. */
  get isInTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Runs a statement of the transaction that is under way. @throws {StoreError} STORE_CLOSED, DATABASE_UNAVAILABLE, CONSTRAINT_VIOLATED */
  runNow(sql: string, parameters: readonly unknown[]): { readonly rows: readonly unknown[]; readonly changes: number } {
    const bound = parameters.map(sqliteParameter);
    try {
      return this.#run(sql, bound);
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  #run(
    sql: string,
    parameters: readonly (string | number | bigint | null)[],
  ): { readonly rows: readonly unknown[]; readonly changes: number; readonly lastId?: number | bigint } {
    if (this.#isClosed) throw databaseClosed();
    try {
      const { statement, returnsRows } = this.#statements.prepare(sql);
      if (returnsRows) return { rows: statement.all(parameters), changes: 0 };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], changes, lastId: lastInsertRowid };
    } catch (error) {
      this.#statements.forget(sql);
      throw error;
    }
  }

  /** All at once: a stream would hold the one connection between two rows. */
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

  /** Nothing else may use this connection until it settles. @throws {StoreError} STORE_CLOSED, DATABASE_UNAVAILABLE, CONSTRAINT_VIOLATED */
  async commit(): Promise<void> {
    try {
      await this.#commit();
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  async #commit(): Promise<void> {
    await execBeside(this.#database, "commit");
    this.#wroteAt = performance.now();
  }

  rollback(): void {
    // some errors, as that of a full disk, roll back by themselves; so does closing
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
    this.#askDataVersion ??= this.#database.prepare("pragma data_version");
    const [row] = this.#askDataVersion.all([]) as { data_version: unknown }[];
    if (this.#dataVersion !== undefined && row?.data_version !== this.#dataVersion) {
      this.#sharedUntil = performance.now() + sharedMs;
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
 * Runs a statement on a thread of libsql's: a commit waits for the disk, and the event loop need not wait with it. The two interfaces of libsql keep the
 * same handle under the same name, so the method of one works on the other's database.
 */
async function execBeside(database: Libsql.Database, statement: string): Promise<void> {
  await PromisedLibsql.prototype.exec.call(database as unknown as PromisedLibsql, statement);
}
