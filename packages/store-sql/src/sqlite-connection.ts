import { setTimeout } from "node:timers/promises";
import { type CompiledQuery, type DatabaseConnection, type QueryResult, SelectQueryNode } from "kysely";
import type Libsql from "libsql";
import { sqliteParameter } from "./sqlite-parameter.js";

const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 25;

/**
 * A connection that waits for the locks of others without blocking the process, as SQLite's own waiting would.
 *
 * A prepared statement of libsql that found the database busy counts as running until it is collected as garbage, and no transaction commits
 * meanwhile. So what may find it busy is run with `exec`, which leaves nothing behind: a write begins a transaction that way, even one alone.
 */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: Libsql.Database;
  readonly #patienceMs: number;

  constructor(database: Libsql.Database, patienceMs: number) {
    this.#database = database;
    this.#patienceMs = patienceMs;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters.map(sqliteParameter);
    const statement = this.#database.prepare(query.sql);
    const run = (): QueryResult<R> => {
      if (statement.reader) return { rows: statement.all(parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    };
    if (this.#database.inTransaction) return run();
    if (onlyReads(query)) return this.#patiently(run);
    await this.begin("immediate");
    try {
      const result = run();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** All at once: a stream would hold the one connection between two rows. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }

  async begin(mode: "deferred" | "immediate"): Promise<void> {
    await this.#patiently(() => this.#database.exec(`begin ${mode}`));
  }

  commit(): void {
    this.#database.exec("commit");
  }

  rollback(): void {
    // some errors, as that of a full disk, roll back by themselves
    if (this.#database.inTransaction) this.#database.exec("rollback");
  }

  async #patiently<T>(run: () => T): Promise<T> {
    const start = performance.now();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        return run();
      } catch (error) {
        if (!isBusy(error) || performance.now() - start > this.#patienceMs) throw error;
      }
      await setTimeout(waitMs);
    }
  }
}

function onlyReads({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || /^\s*(?:select|pragma|explain|vacuum|attach|detach)\b/i.test(sql);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
}
