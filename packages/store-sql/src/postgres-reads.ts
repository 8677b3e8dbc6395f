import { StoreError } from "./errors.js";
import { type CopyingClient, createPostgresPool, type PostgresPoolOptions } from "./postgres-pool.js";

/** Number of connections. The second is used while the first still runs reads and must be replaced. */
const connections = 2;

/** Maximum number of reads that wait for each other on one connection. */
const mostAtOnce = 50;

/**
 * Milliseconds without any result after which reads run on other connections. The connection is then behind a read that
 * takes long, for example because its table is locked.
 */
const patienceMs = 200;

/** The time from when a connection is taken from the pool until its last read has ended. */
interface Turn {
  readonly client: Promise<CopyingClient>;
  reads: number;
  running: number;
  /** When the connection last returned a result, by `performance.now()`. */
  answeredAt: number;
  /** Resolves if nothing waits for the connection any longer. */
  readonly abandoned: Promise<undefined>;
  abandon(): void;
  /** Ends the supervision of the connection. */
  end(): void;
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
  readonly #open = new Set<Turn>();

  /**
   * @param readsInTurn Number of reads after which a connection is returned to its pool, even if there is always one
   * running. The pool then replaces it if a table or the server has changed.
   */
  constructor(options: Omit<PostgresPoolOptions, "poolSize" | "readOnly" | "isPipelined">, readsInTurn = 1_000) {
    this.#readsInTurn = readsInTurn;
    this.#pool = createPostgresPool({ ...options, poolSize: connections, readOnly: true, isPipelined: true });
  }

  /**
   * Returns the rows of a statement that takes a moment. Undefined if the caller must run it on another connection:
   * because too many reads are running, because an earlier read takes long, or because the read failed, possibly due to
   * another read or to this connection.
   *
   * @throws {StoreError} DATABASE_UNAVAILABLE for a statement that writes
   */
  async rows(text: string, values: readonly unknown[]): Promise<readonly unknown[] | undefined> {
    const turn = this.#turn();
    return turn && Promise.race([this.#read(turn, text, values), turn.abandoned]);
  }

  /** Does not wait for reads that are running: they run elsewhere, if they still can. */
  async close(): Promise<void> {
    for (const turn of this.#open) turn.abandon();
    await this.#pool.end();
  }

  async #read(turn: Turn, text: string, values: readonly unknown[]): Promise<readonly unknown[] | undefined> {
    turn.reads += 1;
    turn.running += 1;
    try {
      const client = await turn.client;
      const { rows } = await client.query<unknown>(text, values);
      turn.answeredAt = performance.now();
      return rows;
    } catch (error) {
      // later reads use another connection, since this one may be broken
      this.#leave(turn);
      if (isRefusedWrite(error)) throw error;
      return undefined;
    } finally {
      turn.running -= 1;
      if (turn.running === 0) this.#end(turn);
    }
  }

  #turn(): Turn | undefined {
    const current = this.#current;
    if ((current === undefined || current.reads >= this.#readsInTurn) && this.#open.size < connections) {
      const turn = this.#begin();
      this.#open.add(turn);
      this.#current = turn;
      return turn;
    }
    return current !== undefined && current.running < mostAtOnce ? current : undefined;
  }

  #begin(): Turn {
    let abandon: (nothing: undefined) => void = () => {};
    const abandoned = new Promise<undefined>((resolve) => {
      abandon = resolve;
    });
    const supervise = () => {
      const leftMs = turn.answeredAt + patienceMs - performance.now();
      if (leftMs > 0) timer = setTimeout(supervise, leftMs).unref();
      else turn.abandon();
    };
    let timer = setTimeout(supervise, patienceMs).unref();
    const turn: Turn = {
      client: this.#pool.connect(),
      reads: 0,
      running: 0,
      answeredAt: performance.now(),
      abandoned,
      abandon: () => {
        this.#leave(turn);
        abandon(undefined);
      },
      end: () => clearTimeout(timer),
    };
    return turn;
  }

  #leave(turn: Turn): void {
    if (this.#current === turn) this.#current = undefined;
  }

  #end(turn: Turn): void {
    turn.end();
    this.#leave(turn);
    this.#open.delete(turn);
    // if there is no connection, its reads have ended
    void turn.client.then(
      (client) => client.release(),
      () => undefined,
    );
  }
}

/** Returns whether the server refused a statement because it writes (error 25006). */
function isRefusedWrite(error: unknown): boolean {
  const cause: unknown = error instanceof StoreError ? error.cause : error;
  return cause instanceof Error && (cause as { readonly code?: unknown }).code === "25006";
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
