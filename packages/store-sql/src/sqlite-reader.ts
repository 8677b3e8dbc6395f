import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  type SqliteAdapter,
  SqliteDialect,
} from "kysely";
import PromisedLibsql from "libsql/promise";
import { databaseClosed, StoreError } from "./errors.js";
import { sqliteFailure } from "./sqlite-failure.js";
import { sqliteParameter } from "./sqlite-parameter.js";
import { recentStatements } from "./statement-cache.js";
import { type TurnQueue, turnQueue } from "./turn-queue.js";

/**
 * Number of connections for simultaneous reads: a long search does not delay short ones, and two cores are enough for
 * both.
 */
const maxConnections = 2;

/** Milliseconds that a statement waits while another process repairs the write-ahead log. Only that statement waits. */
const busyTimeoutMs = 5_000;

/** Maximum number of prepared statements that a connection keeps. Each occupies up to 200 KB. */
const maxKept = 50;

/**
 * Maximum number of parameters of a statement that is kept. Statements with more, such as those that contain a list of
 * IDs, differ for each number of IDs, and are rarely repeated.
 */
const maxParametersKept = 30;

/**
 * Number of rows that are received in one turn of the event loop. Converting a row with twenty columns to an object
 * takes 10 µs.
 */
const rowsPerTurn = 100;

/** Milliseconds between two attempts to interrupt a statement. */
const interruptMs = 5;

/** Times in milliseconds. */
export interface SqliteReaderOptions {
  /** Time limit for a connection. */
  readonly acquireTimeoutMs: number;
  /** Time limit for a statement, which is then interrupted. */
  readonly readTimeoutMs: number;
}

/**
 * Kysely's dialect for reads that may take long. Statements run on threads of libsql with separate connections, so that
 * the event loop is not blocked. They see committed data, and are refused if they write.
 */
export class SqliteReaderDialect extends SqliteDialect {
  readonly #path: string;
  readonly #options: SqliteReaderOptions;
  readonly #adapter: () => SqliteAdapter;

  constructor(path: string, options: SqliteReaderOptions, adapter: () => SqliteAdapter) {
    super({ database: () => Promise.reject(new Error("the reader opens its own connections")) });
    // opened at the first read, when the working directory of the process may have changed
    this.#path = resolve(path);
    this.#options = options;
    this.#adapter = adapter;
  }

  override createDriver(): Driver {
    return new ReaderDriver(this.#path, this.#options);
  }

  override createAdapter(): SqliteAdapter {
    return this.#adapter();
  }
}

class ReaderDriver implements Driver {
  readonly #path: string;
  readonly #readTimeoutMs: number;
  readonly #turns: TurnQueue;
  readonly #open: ReaderConnection[] = [];
  readonly #idle: ReaderConnection[] = [];
  #isClosed = false;

  constructor(path: string, { acquireTimeoutMs, readTimeoutMs }: SqliteReaderOptions) {
    this.#path = path;
    this.#readTimeoutMs = readTimeoutMs;
    this.#turns = turnQueue(
      acquireTimeoutMs,
      {
        late: () =>
          new StoreError("DATABASE_TIMEOUT", `No reading connection became free within ${acquireTimeoutMs} ms.`),
        closed: databaseClosed,
      },
      maxConnections,
    );
  }

  async init(): Promise<void> {
    // connections are opened when they are needed
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.take();
    try {
      return this.#idle.pop() ?? (await this.#connect());
    } catch (error) {
      this.#turns.give();
      throw sqliteFailure(error);
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#idle.push(connection as ReaderConnection);
    this.#turns.give();
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as ReaderConnection).exec("begin deferred");
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as ReaderConnection).exec("commit");
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as ReaderConnection).rollback();
  }

  async destroy(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#open) connection.end();
    await this.#turns.close();
    await Promise.all(this.#open.map((connection) => connection.close()));
  }

  async #connect(): Promise<ReaderConnection> {
    if (this.#isClosed) throw databaseClosed();
    const database = new PromisedLibsql(this.#path, {});
    const connection = new ReaderConnection(database, this.#readTimeoutMs);
    this.#open.push(connection);
    await database.exec(`pragma busy_timeout = ${busyTimeoutMs}; pragma query_only = on`);
    return connection;
  }
}

/** A statement of libsql's promise-based interface, which has no types. */
interface PromisedStatement {
  /** Resolves when the statement has run; the rows are then converted to objects one after the other. */
  iterate(parameters: readonly (string | number | bigint | null)[]): Promise<Iterable<unknown>>;
}

class ReaderConnection implements DatabaseConnection {
  readonly #database: PromisedLibsql;
  readonly #readTimeoutMs: number;
  /** Statements are kept, since preparing a statement of a list takes up to 2 ms, and wakes its thread once more. */
  readonly #statements = recentStatements<PromisedStatement>(maxKept);
  #running: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #interrupts: NodeJS.Timeout | undefined;
  #isEnded = false;

  constructor(database: PromisedLibsql, readTimeoutMs: number) {
    this.#database = database;
    this.#readTimeoutMs = readTimeoutMs;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters.map(sqliteParameter);
    const sql = atOnce(query);
    return this.#inTime(async () => {
      const statement = this.#statements.get(sql) ?? (await this.#prepare(sql, parameters.length));
      try {
        const rows: R[] = [];
        for (const row of await statement.iterate(parameters)) {
          rows.push(row as R);
          if (rows.length % rowsPerTurn === 0) await setImmediate();
        }
        return { rows };
      } catch (error) {
        this.#statements.forget(sql);
        throw error;
      }
    });
  }

  async #prepare(sql: string, parameters: number): Promise<PromisedStatement> {
    const statement = (await this.#database.prepare(sql)) as PromisedStatement;
    if (this.#isEnded) throw databaseClosed();
    if (parameters <= maxParametersKept) this.#statements.keep(sql, statement);
    return statement;
  }

  /** Reads all rows together, since lists have pages. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  async exec(sql: string): Promise<void> {
    await this.#inTime(async () => {
      await this.#database.exec(sql);
    });
  }

  async rollback(): Promise<void> {
    // closing causes a rollback as well
    if (!this.#isEnded) await this.exec("rollback");
  }

  /** Interrupts running statements, and refuses new ones. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isBusy) this.#interrupt();
  }

  /** Interrupts a statement repeatedly, since SQLite ignores this until the statement has begun on its thread. */
  #interrupt(): void {
    this.#database.interrupt();
    this.#interrupts ??= setInterval(() => this.#database.interrupt(), interruptMs);
  }

  async close(): Promise<void> {
    this.end();
    await this.#running.catch(() => undefined);
    // each statement keeps the file open
    this.#statements.clear();
    this.#database.close();
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isEnded) throw databaseClosed();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#interrupt();
    }, this.#readTimeoutMs);
    this.#isBusy = true;
    const running = work();
    this.#running = running;
    try {
      return await running;
    } catch (error) {
      if (!late) throw this.#isEnded ? databaseClosed() : sqliteFailure(error);
      const message = `A statement did not end within ${this.#readTimeoutMs} ms.`;
      throw new StoreError("STATEMENT_TIMEOUT", message, { cause: error });
    } finally {
      this.#isBusy = false;
      clearTimeout(timer);
      clearInterval(this.#interrupts);
      this.#interrupts = undefined;
    }
  }
}

/**
 * Returns a query, rewritten so that all rows are found before the first is returned: only that part of the work runs
 * on a separate thread and can be interrupted.
 */
function atOnce({ query, sql }: CompiledQuery): string {
  if (!SelectQueryNode.is(query) && !/^\s*(?:select|with)\b/i.test(sql)) return sql;
  return `with bookend_read as materialized (${sql}) select * from bookend_read`;
}
