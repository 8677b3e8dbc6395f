import { StoreError } from "./errors.js";
import { type CopyingClient, createPostgresPool, type PostgresPoolOptions } from "./postgres-pool.js";

/** Number of connections. The second is used while the first still runs reads and must be replaced. */
const connections = 2;

/** Maximum number of reads that wait for each other on one connection. */
const mostAtOnce = 50;

/** The time from when a connection is taken from the pool until its last read has ended. */
interface Turn {
  readonly client: Promise<CopyingClient>;
  reads: number;
  running: number;
}

/**
 * Short reads of concurrent calls on PostgreSQL. All of them use the same connection without waiting for each other's
 * results: one process of the server then handles several reads in succession, instead of being woken for each, as is
 * this process.
 */
export class PostgresReads {
  readonly #readsInTurn: number;
  readonly #pool: ReturnType<typeof createPostgresPool>;
  #current: Turn | undefined;
  #open = 0;

  /**
   * @param readsInTurn Number of reads after which a connection is returned to its pool, even if there is always one
   * running. The pool then replaces it if a table or the server has changed.
   */
  constructor(options: Omit<PostgresPoolOptions, "poolSize" | "readOnly" | "isPipelined">, readsInTurn = 1_000) {
    this.#readsInTurn = readsInTurn;
    this.#pool = createPostgresPool({ ...options, poolSize: connections, readOnly: true, isPipelined: true });
  }

  /**
   * Returns the rows of a statement that takes a moment. Undefined if the caller must run it on another connection,
   * because too many reads are running, or another read has disturbed this one.
   *
   * @throws {StoreError} DATABASE_UNAVAILABLE, DATABASE_TIMEOUT, STATEMENT_TIMEOUT
   */
  async rows(text: string, values: readonly unknown[]): Promise<readonly unknown[] | undefined> {
    const turn = this.#turn();
    if (turn === undefined) return undefined;
    turn.reads += 1;
    turn.running += 1;
    try {
      const client = await turn.client;
      return (await client.query<unknown>(text, values)).rows;
    } catch (error) {
      // later reads use another connection, since this one may be broken
      this.#leave(turn);
      // a read fails if it uses a prepared statement of an earlier read that could not be prepared
      if (!(error instanceof StoreError)) return undefined;
      throw error;
    } finally {
      turn.running -= 1;
      if (turn.running === 0) this.#end(turn);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  #turn(): Turn | undefined {
    const current = this.#current;
    if ((current === undefined || current.reads >= this.#readsInTurn) && this.#open < connections) {
      this.#open += 1;
      this.#current = { client: this.#pool.connect(), reads: 0, running: 0 };
      return this.#current;
    }
    return current !== undefined && current.running < mostAtOnce ? current : undefined;
  }

  #leave(turn: Turn): void {
    if (this.#current === turn) this.#current = undefined;
  }

  #end(turn: Turn): void {
    this.#leave(turn);
    this.#open -= 1;
    // if there is no connection, its reads have rejected
    void turn.client.then(
      (client) => client.release(),
      () => undefined,
    );
  }
}

const known = new WeakMap<object, PostgresReads>();

/** Returns the reads of a Kysely that `openDatabase` created on PostgreSQL; undefined for any other. */
export function postgresReads(db: object): PostgresReads | undefined {
  return known.get(db);
}

/** Stores what {@link postgresReads} returns. */
export function keepPostgresReads(db: object, reads: PostgresReads): void {
  known.set(db, reads);
}
