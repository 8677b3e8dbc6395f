import { Kysely, sql } from "kysely";
import { StoreError } from "./errors.js";
import { createPostgresPool, postgresDialect } from "./postgres-dialect.js";
import { type ChannelListener, listenOnPostgres } from "./postgres-listener.js";
import { sqliteDialect } from "./sqlite-dialect.js";

/** The databases that this package speaks to. */
export type DialectName = "sqlite" | "postgres";

/** What {@link openDatabase} takes. */
export interface DatabaseOptions {
  /** `sqlite:/path/file.db`, `sqlite:relative.db`, `sqlite::memory:`, or `postgres://user:password@host/database`. */
  readonly url: string;
  /** Connections to PostgreSQL, beside one that listens. Default 10. SQLite has one connection. */
  readonly poolSize?: number | undefined;
  /** Milliseconds that a query on SQLite waits for the writes of others before it fails. Default 10,000. */
  readonly busyTimeoutMs?: number | undefined;
}

/**
 * An open database.
 *
 * On SQLite a transaction has the one connection for itself: within it, ask through the transaction only, never through `db` or a store.
 */
export interface Database<Schema> {
  readonly db: Kysely<Schema>;
  readonly dialect: DialectName;
  /** Hears what is sent with PostgreSQL's `pg_notify`, until the function that it returns is called. On SQLite it hears nothing. */
  listen(channel: string, listener: ChannelListener): () => Promise<void>;
  /** Closes all connections. First end what uses them. */
  close(): Promise<void>;
}

/**
 * Opens a database and sees that it answers. SQLite: write-ahead log, synchronous FULL, foreign keys on, transactions that take the write lock at once.
 *
 * @throws {StoreError} `DATABASE_URL_INVALID`, `DATABASE_UNAVAILABLE`
 */
export async function openDatabase<Schema>(options: DatabaseOptions): Promise<Database<Schema>> {
  const { url, poolSize = 10, busyTimeoutMs = 10_000 } = options;
  const dialect = dialectOf(url);
  const failed = (cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new StoreError("DATABASE_UNAVAILABLE", `The ${dialect} database cannot be opened: ${reason}`, { cause });
  };
  let db: Kysely<Schema>;
  try {
    db = new Kysely<Schema>({
      dialect:
        dialect === "sqlite"
          ? sqliteDialect(sqlitePath(url), busyTimeoutMs)
          : postgresDialect(createPostgresPool(url, poolSize)),
    });
  } catch (error) {
    throw failed(error);
  }
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    await db.destroy();
    throw failed(error);
  }
  const listen: Database<Schema>["listen"] = (channel, listener) =>
    dialect === "sqlite" ? () => Promise.resolve() : listenOnPostgres(url, channel, listener);
  return { db, dialect, listen, close: () => db.destroy() };
}

function dialectOf(url: string): DialectName {
  if (/^sqlite:./.test(url)) return "sqlite";
  if (/^postgres(ql)?:\/\//.test(url)) return "postgres";
  // the URL itself may hold a password
  throw new StoreError(
    "DATABASE_URL_INVALID",
    "The database's URL has to be sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE.",
  );
}

/** `sqlite:///x` is `/x`, as in other tools. */
function sqlitePath(url: string): string {
  return url.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
}
