import { isOfEveryWrite } from "./errors.js";
import type { SqliteConnection } from "./sqlite-connection.js";
import type { SqliteDirect } from "./sqlite-direct.js";
import type { StatementDatabase } from "./statement.js";
import { noOutcome, type Steps } from "./steps.js";

/** A write that waits for its transaction. */
export interface WaitingSteps {
  readonly steps: () => Steps<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Returns whether a write consists of statements that run synchronously. */
export function isOfSteps<Waiting extends { readonly steps?: (() => Steps<unknown>) | undefined }>(
  waiting: Waiting,
): waiting is Waiting & { readonly steps: () => Steps<unknown> } {
  return waiting.steps !== undefined;
}

/** One of several writes failed halfway: without a savepoint, its changes are mixed with those of the others. */
class HalfWritten extends Error {}

/** Runs these writes in one transaction, and notifies each caller when it is committed. Never rejects. */
export async function writeAtOnce(
  database: StatementDatabase,
  direct: SqliteDirect,
  waiting: readonly WaitingSteps[],
): Promise<void> {
  try {
    const ends = await inOneTransaction(database, direct, waiting);
    // failed writes are settled only now as well, since they may have read what another write wrote
    for (const end of ends) end();
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}

/**
 * Runs writes in one transaction, without savepoints if possible, since these take a tenth of the time. A write that
 * fails has usually not changed anything yet.
 */
async function inOneTransaction(
  database: StatementDatabase,
  direct: SqliteDirect,
  waiting: readonly WaitingSteps[],
): Promise<readonly (() => void)[]> {
  const writeEach = (write: typeof writeOne) => (connection: SqliteConnection) =>
    waiting.map((one) => write(database, connection, one));
  if (waiting.length === 1) return direct.exclusively(writeEach(writeAlone));
  try {
    return await direct.exclusively(writeEach(writeOne));
  } catch (error) {
    // otherwise, a write failed halfway, or its statements that run with the commit: nothing has been committed
    if (isOfEveryWrite(error)) throw error;
    return direct.exclusively(writeEach(writeWithSavepoint));
  }
}

/** Runs the only write of a transaction. If it fails, the transaction is rolled back. */
function writeAlone(database: StatementDatabase, connection: SqliteConnection, { steps, resolve }: WaitingSteps) {
  const run = new Run(database, connection);
  const result = run.run(steps());
  connection.runWithCommit(run.late);
  return () => resolve(result);
}

function writeOne(
  database: StatementDatabase,
  connection: SqliteConnection,
  { steps, resolve, reject }: WaitingSteps,
): () => void {
  const run = new Run(database, connection);
  try {
    const result = run.run(steps());
    connection.runWithCommit(run.late);
    return () => resolve(result);
  } catch (error) {
    if (!connection.isInTransaction) throw error;
    if (run.hasWritten) throw new HalfWritten();
    return () => reject(error);
  }
}

function writeWithSavepoint(
  database: StatementDatabase,
  connection: SqliteConnection,
  { steps, resolve, reject }: WaitingSteps,
): () => void {
  connection.runNow("savepoint together", []);
  try {
    const run = new Run(database, connection);
    const result = run.run(steps());
    // within the savepoint, so that what one write adds late does not affect the others if it fails
    for (const sql of run.late) connection.runOnce(sql);
    connection.runNow("release together", []);
    return () => resolve(result);
  } catch (error) {
    // some errors, such as a full disk, end the transaction, and the savepoint with it
    if (!connection.isInTransaction) throw error;
    connection.runNow("rollback to together", []);
    connection.runNow("release together", []);
    return () => reject(error);
  }
}

/** Runs the statements of one write. */
class Run {
  readonly #database: StatementDatabase;
  readonly #connection: SqliteConnection;
  hasWritten = false;
  /** The text that is to run with the commit. */
  readonly late: string[] = [];

  constructor(database: StatementDatabase, connection: SqliteConnection) {
    this.#database = database;
    this.#connection = connection;
  }

  run<Result>(steps: Steps<Result>): Result {
    let next = steps.next();
    while (next.done !== true) {
      if ("late" in next.value) {
        this.late.push(next.value.late);
        next = steps.next(noOutcome);
        continue;
      }
      const { statement, values } = next.value;
      const { sql, reads, parameters } = statement.compiled(this.#database);
      const outcome = this.#connection.runNow(sql, parameters(values));
      if (!reads && (outcome.changes > 0 || outcome.rows.length > 0)) this.hasWritten = true;
      next = steps.next(outcome);
    }
    return next.value;
  }
}
