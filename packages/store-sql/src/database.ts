import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { problemMessage } from "@bookend/core";
import { Kysely, sql } from "kysely";
import { StoreError } from "./errors.js";
import { keepOpenedDatabase, type OpenedDatabase } from "./opened-database.js";
import { postgresDialect } from "./postgres-dialect.js";
import { type ChannelListener, listenOnPostgres } from "./postgres-listener.js";
import { keepPostgresReads, PostgresReads } from "./postgres-reads.js";
import { sqliteDialect, sqliteReaderDialect } from "./sqlite-dialect.js";
import { keepSqliteDirect } from "./sqlite-direct.js";
import { SqlitePoints } from "./sqlite-points.js";

/** The databases that this package supports. */
export type DialectName = "sqlite" | "postgres";

/** The options of {@link openDatabase}. Times are in milliseconds. */
export interface DatabaseOptions {
  /** `sqlite:/path/file.db`, `sqlite:relative.db`, `sqlite::memory:`, or `postgres://user:password@host/database`. */
  readonly url: string;
  /**
   * Maximum connections to PostgreSQL. In addition, short reads use up to two, `reader` uses up to two, and each channel
   * to which the process listens uses one.
   * SQLite has one connection, in addition to those for reads.
   *
   * @default 8
   */
  readonly poolSize?: number | undefined;
  /**
   * Maximum milliseconds that a query waits for a connection: on PostgreSQL, for a free one of the pool or a new one;
   * on SQLite, for its turn.
   *
   * @default 5,000 on PostgreSQL, 10,000 on SQLite
   */
  readonly acquireTimeoutMs?: number | undefined;
  /**
   * Maximum milliseconds for a statement on PostgreSQL; after that, the server cancels it.
   *
   * @default 10,000
   */
  readonly statementTimeoutMs?: number | undefined;
  /**
   * Maximum milliseconds for a statement of `reader`.
   *
   * @default 5,000
   */
  readonly readTimeoutMs?: number | undefined;
  /**
   * Maximum milliseconds that a query on SQLite waits for the writes of other processes.
   *
   * @default 10,000
   */
  readonly busyTimeoutMs?: number | undefined;
  /**
   * Maximum milliseconds that opening waits for a database that is not available yet.
   *
   * @default 0
   */
  readonly waitMs?: number | undefined;
  /**
   * Whether to open the database for reading only: it must exist, and statements that write are refused.
   *
   * @default false
   */
  readonly readOnly?: boolean | undefined;
}

/**
 * An open database. If it becomes unavailable, queries reject with {@link StoreError} `DATABASE_UNAVAILABLE` or
 * `DATABASE_TIMEOUT`; once it is available again, they succeed.
 *
 * On SQLite, a transaction uses the only connection. Within it, send queries only through the transaction, never
 * through `db` or a store.
 */
export interface Database<Schema> {
  readonly db: Kysely<Schema>;
  readonly dialect: DialectName;
  /**
   * For reads that may take long, such as searches, without delaying other work. It has up to two separate connections,
   * which see committed data; on SQLite, they run on separate threads. A statement that takes longer than
   * `readTimeoutMs` is cancelled. For a database in memory, it is the same as `db`.
   */
  readonly reader: Kysely<Schema>;
  /**
   * Runs statements that may take longer than `statementTimeoutMs`, such as those of migrations, on a separate
   * connection; on SQLite, on the only one.
   */
  patiently<T>(statementTimeoutMs: number, run: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Receives notifications that are sent with PostgreSQL's `pg_notify`, until the returned function is called or the
   * database is closed. On SQLite, the listener receives nothing.
   */
  listen(channel: string, listener: ChannelListener): () => Promise<void>;
  /** Closes all connections, including those that listen. Close everything that uses the database first. */
  close(): Promise<void>;
}

/** Number of connections to PostgreSQL for simultaneous reads. */
const readers = 2;

const firstRetryMs = 100;
const lastRetryMs = 1_000;

/**
 * Opens a database and verifies the connection. SQLite: write-ahead log, synchronous FULL, foreign keys on,
 * transactions that take the write lock immediately.
 *
 * @throws {StoreError} DATABASE_URL_INVALID, DATABASE_UNAVAILABLE
 */
export async function openDatabase<Schema>(options: DatabaseOptions): Promise<Database<Schema>> {
  const { url, waitMs = 0 } = options;
  const dialect = dialectOf(url);
  const end = performance.now() + waitMs;
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, lastRetryMs)) {
    try {
      return await openNow(url, dialect, options);
    } catch (error) {
      const leftMs = end - performance.now();
      if (leftMs <= 0) throw error;
      await setTimeout(Math.min(retryMs, leftMs));
    }
  }
}

async function openNow<Schema>(
  url: string,
  dialect: DialectName,
  {
    poolSize = 8,
    acquireTimeoutMs = dialect === "sqlite" ? 10_000 : 5_000,
    statementTimeoutMs = 10_000,
    readTimeoutMs = 5_000,
    busyTimeoutMs = 10_000,
    readOnly = false,
  }: DatabaseOptions,
): Promise<Database<Schema>> {
  const connect = (size: number, statementMs: number, onlyReads = readOnly) =>
    new Kysely<Schema>({
      dialect: postgresDialect({
        url,
        poolSize: size,
        acquireTimeoutMs,
        statementTimeoutMs: statementMs,
        readOnly: onlyReads,
      }),
    });
  // resolved now, since the process may change its working directory
  const fixedUrl = dialect === "sqlite" ? `sqlite:${resolve(sqlitePath(url))}` : url;
  let reads: PostgresReads | undefined;
  const openPostgres = () => {
    const kysely = connect(poolSize, statementTimeoutMs);
    reads = new PostgresReads({ url, acquireTimeoutMs, statementTimeoutMs });
    keepPostgresReads(kysely, reads);
    return kysely;
  };
  let points: SqlitePoints | undefined;
  const openSqlite = () => {
    const path = sqlitePath(url);
    const options = { acquireTimeoutMs, busyTimeoutMs, readOnly };
    const libsql = sqliteDialect(path, options);
    points = path === ":memory:" ? undefined : new SqlitePoints(path);
    const kysely = new Kysely<Schema>({ dialect: libsql });
    keepSqliteDirect(kysely, { points, exclusively: (work) => libsql.driver.exclusively(work) });
    return kysely;
  };
  let db: Kysely<Schema> | undefined;
  try {
    db = dialect === "sqlite" ? openSqlite() : openPostgres();
    await sql`select 1`.execute(db);
  } catch (error) {
    await db?.destroy();
    throw cannotBeOpened(dialect, error);
  }
  const opened = db;
  const listeners = new Set<() => Promise<void>>();
  const reader = readerOf();
  const closing: OpenedDatabase["closing"] = new Set();
  for (const one of [opened, reader]) {
    // a database in memory has only one connection, so threads cannot open another
    if (dialect === "postgres" || reader !== opened) keepOpenedDatabase(one, { url: fixedUrl, closing });
  }
  return {
    db: opened,
    dialect,
    reader,
    async patiently(timeoutMs, run) {
      if (dialect === "sqlite") return run(opened);
      const patient = connect(1, timeoutMs);
      try {
        return await run(patient);
      } finally {
        await patient.destroy();
      }
    },
    listen(channel, listener) {
      if (dialect === "sqlite") return () => Promise.resolve();
      const end = listenOnPostgres(url, channel, listener);
      listeners.add(end);
      return () => {
        listeners.delete(end);
        return end();
      };
    },
    async close() {
      await Promise.all([...closing].map((end) => end()));
      await Promise.all([...listeners].map((end) => end()));
      listeners.clear();
      await reader.destroy();
      points?.close();
      await reads?.close();
      // if `reader` is the same object, it is already closed, and this has no effect
      await opened.destroy();
    },
  };

  function readerOf(): Kysely<Schema> {
    if (dialect === "postgres") return connect(readers, readTimeoutMs, true);
    const readerDialect = sqliteReaderDialect(sqlitePath(url), {
      acquireTimeoutMs,
      readTimeoutMs,
    });
    return readerDialect ? new Kysely<Schema>({ dialect: readerDialect }) : opened;
  }
}

function cannotBeOpened(dialect: DialectName, error: unknown): StoreError {
  const cause = error instanceof StoreError ? (error.cause ?? error) : error;
  // if several addresses were tried, the message is empty and only the code shows the reason
  const reason = cause instanceof Error ? cause.message || String("code" in cause && cause.code) : String(cause);
  const name = dialect === "sqlite" ? "SQLite" : "PostgreSQL";
  return new StoreError("DATABASE_UNAVAILABLE", `The ${name} database cannot be opened: ${reason}`, { cause });
}

function dialectOf(url: string): DialectName {
  if (/^sqlite:./.test(url)) return "sqlite";
  if (/^postgres(ql)?:\/\//.test(url)) return "postgres";
  // the message does not show the URL, since it may contain a password
  throw new StoreError(
    "DATABASE_URL_INVALID",
    problemMessage(
      "the URL of the database is not valid",
      "sqlite:PATH, sqlite::memory:, postgres://USER:PASSWORD@HOST/DATABASE",
      "url",
    ),
  );
}

/** Returns the path in a URL: `sqlite:///x` is `/x`, as in other tools. */
function sqlitePath(url: string): string {
  return url.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
}
