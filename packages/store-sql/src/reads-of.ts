import Libsql from "libsql";
import { sqliteFailure } from "./sqlite-failure.js";

/** Milliseconds for a connection, and that SQLite waits where another process repairs the write-ahead log. */
const waitMs = 5_000;

/** Milliseconds for a statement on PostgreSQL. */
const statementTimeoutMs = 10_000;

/**
 * Runs read-only statements in a separate thread, which SQLite blocks. Does not use Kysely, since loading it takes
 * longer than many of these threads run.
 *
 * @param url Of a database that exists: `sqlite:PATH` or PostgreSQL's.
 * @throws {StoreError} DATABASE_UNAVAILABLE
 */
export function readsOf(url: string): (text: string, parameters: readonly number[]) => Promise<readonly unknown[]> {
  return url.startsWith("sqlite:") ? sqliteReads(url.slice("sqlite:".length)) : postgresReads(url);
}

function sqliteReads(path: string): ReturnType<typeof readsOf> {
  let opened: Libsql.Database | undefined;
  const open = () => {
    const database = new Libsql(path);
    database.pragma(`busy_timeout = ${waitMs}`);
    database.pragma("query_only = on");
    return database;
  };
  const statements = new Map<string, Libsql.Statement>();
  return async (text, parameters) => {
    try {
      opened ??= open();
      const statement = statements.get(text) ?? opened.prepare(text);
      statements.set(text, statement);
      return statement.all([...parameters]);
    } catch (error) {
      statements.delete(text);
      throw sqliteFailure(error);
    }
  };
}

function postgresReads(url: string): ReturnType<typeof readsOf> {
  const opening = import("./postgres-pool.js").then(({ createPostgresPool }) =>
    createPostgresPool({ url, poolSize: 1, acquireTimeoutMs: waitMs, statementTimeoutMs, readOnly: true }),
  );
  return async (text, parameters) => {
    const client = await (await opening).connect();
    try {
      const { rows } = await client.query<unknown>(text, parameters);
      return rows;
    } finally {
      client.release();
    }
  };
}
