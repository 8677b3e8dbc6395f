import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import { CopyOut } from "./copy-out.js";
import { withDeadline } from "./deadline.js";
import { isStalePlan, postgresFailure, timeout, unavailable } from "./postgres-failure.js";
import { trackSockets } from "./postgres-sockets.js";
import { statementNames } from "./statement-names.js";

const int8 = 20;

/** A connection that was idle for more than this many milliseconds is checked before use. */
const idleMs = 1_000;

/** Milliseconds within which a connection that is checked must respond. */
const aliveMs = 1_000;

/** Milliseconds after a statement's timeout within which the server must report it. */
const graceMs = 1_000;

/** Input of {@link createPostgresPool}; times in milliseconds. */
export interface PostgresPoolOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Time limit for a connection, new or from the pool. */
  readonly acquireTimeoutMs: number;
  /** Time limit for a statement. */
  readonly statementTimeoutMs: number;
  /** Whether the server refuses statements that write. @default false */
  readonly readOnly?: boolean | undefined;
  /**
   * Whether a connection sends a statement while others are running, so that the server runs them in succession.
   *
   * @default false
   */
  readonly isPipelined?: boolean | undefined;
}

/** A pool for Kysely whose connections can also copy. */
export interface CopyingPool extends PostgresPool {
  connect(): Promise<CopyingClient>;
}

/** A connection of a {@link CopyingPool}. */
export interface CopyingClient extends PostgresPoolClient {
  /** Runs `copy … to stdout` and returns its lines, without their ends. */
  copyOut(text: string): Promise<readonly string[]>;
}

/**
 * Creates a pool for Kysely in which every wait has a deadline, and in which a broken connection never ends the
 * process. `bigint` columns are read as numbers, as on SQLite.
 *
 * The server cancels a statement that takes too long. If it does not respond even then, the connection is closed.
 * Whenever a connection breaks, idle ones are replaced as well: a restart, a fail-over or a silent network affects them
 * too, and each would cause a call to fail.
 */
export function createPostgresPool(options: PostgresPoolOptions): CopyingPool {
  const { url, poolSize, acquireTimeoutMs, statementTimeoutMs, readOnly = false, isPipelined = false } = options;
  const settings = [
    `set statement_timeout = ${statementTimeoutMs}`,
    // just-in-time compilation takes up to 200 ms, which is more than it saves for any statement of this package
    "set jit = off",
    // a long read must leave the other cores to other calls
    ...(readOnly ? ["set default_transaction_read_only = on", "set max_parallel_workers_per_gather = 0"] : []),
  ].join("; ");
  const sockets = trackSockets(isPipelined);
  const nameOf = statementNames();
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    keepAlive: true,
    pipeline: isPipelined,
    connectionTimeoutMillis: acquireTimeoutMs,
    stream: sockets.stream,
    types: { getTypeParser: (id, format) => (id === int8 ? Number : pg.types.getTypeParser(id, format)) },
  });
  const lost = new WeakSet<pg.PoolClient>();
  // the pool replaces a connection that breaks while idle; without a listener, each such error would end the process
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    const lose = () => lost.add(client);
    client.on("error", lose);
    client.on("end", lose);
  });
  /** When a connection was last used; a connection without an entry has not been prepared. */
  const usedAt = new WeakMap<pg.PoolClient, number>();
  /** Connections that were last used before this time are not trusted. */
  let trustedSince = Number.NEGATIVE_INFINITY;

  const inTime = <R>(client: pg.PoolClient, result: Promise<R>, ms: number) =>
    withDeadline(result, ms, () => {
      lost.add(client);
      return new Error("the connection has fallen silent");
    });
  const run = <R>(client: pg.PoolClient, text: string, values: readonly unknown[], ms: number, name?: string) => {
    const result = client.query({ text, values: [...values], ...(name !== undefined && { name }) });
    return inTime(client, result as unknown as Promise<PostgresQueryResult<R>>, ms);
  };

  /** Prepares a connection for use; false if it must be replaced. */
  const prepare = async (client: pg.PoolClient): Promise<boolean> => {
    const used = usedAt.get(client);
    if (used === undefined) {
      await run(client, settings, [], acquireTimeoutMs);
      return true;
    }
    if (used <= trustedSince) return false;
    if (performance.now() - used < idleMs) return true;
    return run(client, "select 1", [], aliveMs).then(
      () => true,
      () => false,
    );
  };

  const guarded = (client: pg.PoolClient): CopyingClient => {
    let broken: unknown;
    let inTransaction = false;
    let stale = false;
    const query = async <R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
      if (broken !== undefined) {
        // the server has rolled back the transaction, since its connection broke
        if (text === "rollback") return { command: "SELECT", rowCount: 0, rows: [] };
        throw broken;
      }
      if (/^(?:begin|start transaction)\b/.test(text)) inTransaction = true;
      try {
        return await run<R>(client, text, values, statementTimeoutMs + graceMs, nameOf(text)).catch(
          (cause: unknown) => {
            if (!isStalePlan(cause)) throw cause;
            // the other statements of this connection, and of idle ones, are stale as well
            stale = true;
            trustedSince = performance.now();
            if (inTransaction) throw cause;
            return run<R>(client, text, values, statementTimeoutMs + graceMs);
          },
        );
      } catch (cause) {
        throw failed(cause);
      }
    };
    const failed = (cause: unknown): unknown => {
      const failure = postgresFailure(cause, lost.has(client));
      if (failure.broken) {
        broken = failure.error;
        trustedSince = performance.now();
      }
      return failure.error;
    };
    return {
      query: query as PostgresPoolClient["query"],
      async copyOut(text) {
        if (broken !== undefined) throw broken;
        try {
          return await inTime(client, client.query(new CopyOut(text)).lines, statementTimeoutMs + graceMs);
        } catch (cause) {
          throw failed(cause);
        }
      },
      release() {
        usedAt.set(client, performance.now());
        client.release(broken !== undefined || stale || lost.has(client));
      },
    };
  };

  return {
    async connect() {
      for (;;) {
        let client: pg.PoolClient;
        try {
          client = await pool.connect();
        } catch (cause) {
          throw pool.waitingCount > 0 || isFull(pool, poolSize)
            ? timeout(`no connection became free within ${acquireTimeoutMs} ms`, cause)
            : unavailable(cause);
        }
        try {
          if (await prepare(client)) return guarded(client);
        } catch (cause) {
          client.release(true);
          throw unavailable(cause);
        }
        client.release(true);
      }
    },
    async end() {
      await withDeadline(pool.end(), acquireTimeoutMs + statementTimeoutMs, () => new Error("late")).catch(
        () => undefined,
      );
      await sockets.close();
    },
  };
}

function isFull(pool: pg.Pool, poolSize: number): boolean {
  return pool.totalCount >= poolSize && pool.idleCount === 0;
}
