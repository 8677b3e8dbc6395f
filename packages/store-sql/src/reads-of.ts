import type Libsql from "libsql";
import type { CopyingClient } from "./postgres-pool.js";
import { sqliteFailure } from "./sqlite-failure.js";

/** Maximum milliseconds for a connection, and on SQLite, for another process to repair the write-ahead log. */
const waitMs = 5_000;

/** Milliseconds for a statement on PostgreSQL. */
const statementTimeoutMs = 10_000;

/** Runs read-only statements. */
export interface Reads {
  rows(text: string, parameters: readonly number[]): Promise<readonly unknown[]>;
  /** Runs the query of a `copy … to stdout` and returns its lines. Only on PostgreSQL. */
  lines?(text: string, parameters: readonly number[]): Promise<readonly string[]>;
}

/**
 * Opens a connection for a separate thread, since reading from SQLite blocks the thread. Does not use Kysely, since
 * loading it takes longer than many of these threads run.
 *
 * @param url The URL of a database that exists: `sqlite:PATH` or `postgres://…`.
 * @throws {StoreError} DATABASE_UNAVAILABLE
 */
export function readsOf(url: string): Reads {
  return url.startsWith("sqlite:") ? sqliteReads(url.slice("sqlite:".length)) : postgresReads(url);
}

function sqliteReads(path: string): Reads {
  // imported here, so that threads for PostgreSQL do not load it
  const loading = import("libsql");
  let opened: Libsql.Database | undefined;
  const open = (Database: typeof Libsql) => {
    const database = new Database(path);
    database.pragma(`busy_timeout = ${waitMs}`);
    database.pragma("query_only = on");
    return database;
  };
  const statements = new Map<string, Libsql.Statement>();
  return {
    async rows(text, parameters) {
      const { default: Database } = await loading;
      try {
        opened ??= open(Database);
        const statement = statements.get(text) ?? opened.prepare(text);
        statements.set(text, statement);
        return statement.all([...parameters]);
      } catch (error) {
        statements.delete(text);
        throw sqliteFailure(error);
      }
    },
  };
}

function postgresReads(url: string): Reads {
  const opening = import("./postgres-pool.js").then(({ createPostgresPool }) =>
    createPostgresPool({ url, poolSize: 1, acquireTimeoutMs: waitMs, statementTimeoutMs, readOnly: true }),
  );
  const withClient = async <R>(run: (client: CopyingClient) => Promise<R>): Promise<R> => {
    const client = await (await opening).connect();
    try {
      return await run(client);
    } finally {
      client.release();
    }
  };
  return {
    rows: (text, parameters) =>
      withClient(async (client) => {
        const { rows } = await client.query<unknown>(text, parameters);
        return rows;
      }),
    lines(text, parameters) {
      // `copy` takes no parameters, so the numbers are written into the query
      const query = text.replaceAll(/\$(\d)/g, (_, number: string) => String(parameters[Number(number) - 1]));
      return withClient((client) => client.copyOut(`copy (${query}) to stdout`));
    },
  };
}
