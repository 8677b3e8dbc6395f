import { AsyncLocalStorage } from "node:async_hooks";
import type { Kysely } from "kysely";
import type { Database } from "./database.js";
import { withDeadline } from "./deadline.js";
import { StoreError } from "./errors.js";
import { Gathering } from "./gathering.js";
import { runSteps, type Steps } from "./steps.js";
import { type TransactOptions, transact, tryAgain } from "./transact.js";
import { type Waiting, type Work, writeWaiting } from "./write-waiting.js";

/** Maximum number of writes in one transaction. */
const worksAtOnce = 100;

/**
 * Maximum milliseconds that the first write waits for others: as long as each turn of the event loop adds some, or
 * there are fewer calls than in recent transactions.
 */
const longestWaitMs = 4;

/**
 * Number of rows from which a transaction waits only `shortWaitMs`: each further call would add many rows as well, and
 * keep the calls that come later waiting for the thread.
 */
const manyRows = 12;

/** Maximum milliseconds that the first write waits for others if there are many rows. */
const shortWaitMs = 1;

/** Default of `workTimeoutMs`, in milliseconds. */
const defaultWorkTimeoutMs = 30_000;

/** Options of {@link transactTogether}. */
export interface TransactTogetherOptions extends TransactOptions {
  /**
   * Maximum milliseconds of `work`, from its first statement.
   *
   * @default 30,000
   */
  readonly workTimeoutMs?: number | undefined;
}

/** Options of {@link writeTogether}. */
export interface WriteTogetherOptions extends TransactOptions {
  /**
   * Number of calls whose changes the write contains when the transaction begins. A transaction waits a moment for as
   * many calls as recent ones had.
   *
   * @default one
   */
  readonly calls?: (() => number) | undefined;
  /**
   * Number of rows that the write inserts when the transaction begins. A transaction with many does not wait long.
   *
   * @default one
   */
  readonly rows?: (() => number) | undefined;
}

/** Collects writes for one transaction at a time. */
interface Group<Schema> {
  run<Result>(work: Work<Schema, Result>, timeoutMs: number): Promise<Result>;
  runSteps<Result>(steps: () => Steps<Result>, size: Pick<WriteTogetherOptions, "calls" | "rows">): Promise<Result>;
  /** Lets the transaction that gathers writes count its calls again. */
  recount(): void;
}

/** A running write, and the group that waits for it. */
interface Running {
  readonly group: object;
  ended: boolean;
}

const running = new AsyncLocalStorage<Running>();

/** Number of writes that run in a group and have not ended. */
let runningCount = 0;

/** The group of each Kysely: one per connection, since SQLite has one writer. */
const groups = new WeakMap<object, Group<never>>();

/**
 * Like {@link transact}, for small writes of concurrent calls: on SQLite, writes that arrive while others are in
 * progress share one transaction, and thus one wait for the disk. Each write has a savepoint: a write that throws
 * leaves nothing behind and does not affect the others. The promise of each write settles when the transaction is
 * committed; if the commit fails, all of them reject. On PostgreSQL, whose server groups commits itself, this is the
 * same as `transact`.
 *
 * The result of `work` may depend on what the others wrote, so it must change nothing outside the database. It must be
 * short, since the others wait for it: if it does not end in time, it is rolled back, and the others run again without
 * it.
 *
 * @throws {StoreError} TRANSACTION_CONFLICT, CONSTRAINT_VIOLATED after six attempts, without any effect;
 * TRANSACTION_TIMEOUT if `work` does not end in time; TRANSACTION_NESTED on SQLite within another such write, which
 * would wait for this one forever
 */
export function transactTogether<Schema, Result>(
  { db, dialect }: Pick<Database<Schema>, "db" | "dialect">,
  work: Work<Schema, Result>,
  { workTimeoutMs = defaultWorkTimeoutMs, ...options }: TransactTogetherOptions = {},
): Promise<Result> {
  if (dialect !== "sqlite") return transact(db, limited(work, workTimeoutMs), options);
  const group = groupOf(db);
  return tryAgain(() => group.run(work, workTimeoutMs), options);
}

/**
 * Like {@link transactTogether}, for statements that are compiled once: on SQLite, the statements of all writes of a
 * transaction run synchronously, without a promise for each. `steps` may run several times, and must not wait for
 * anything but its statements.
 *
 * @throws {StoreError} TRANSACTION_CONFLICT, CONSTRAINT_VIOLATED after six attempts, without any effect;
 * TRANSACTION_NESTED on SQLite within the `work` of {@link transactTogether}
 */
export function writeTogether<Schema, Result>(
  database: Pick<Database<Schema>, "db" | "dialect">,
  steps: () => Steps<Result>,
  options: WriteTogetherOptions = {},
): Promise<Result> {
  const { db, dialect } = database;
  if (dialect !== "sqlite") return transact(db, (trx) => runSteps(database, trx, steps()), options);
  const group = groupOf(db);
  return tryAgain(() => group.runSteps(steps, options), options);
}

/** Reports that `calls` of a write that waits for its transaction returns more than before. */
export function recountTogether<Schema>({ db, dialect }: Pick<Database<Schema>, "db" | "dialect">): void {
  if (dialect === "sqlite") groupOf(db).recount();
}

function groupOf<Schema>(db: Kysely<Schema>): Group<Schema> {
  const known = groups.get(db);
  // the schema of a group is that of the object for which it was created
  if (known !== undefined) return known as unknown as Group<Schema>;
  const group = createGroup(db);
  groups.set(db, group as unknown as Group<never>);
  return group;
}

function createGroup<Schema>(db: Kysely<Schema>): Group<Schema> {
  const queue: Waiting<Schema>[] = [];
  let isWriting = false;
  const gathering = new Gathering({
    waiting: () => callsIn(queue),
    isFull: () => queue.length >= worksAtOnce,
    longestWaitMs: () => (rowsIn(queue) >= manyRows ? shortWaitMs : longestWaitMs),
  });
  const writeQueue = async () => {
    isWriting = true;
    while (queue.length > 0) {
      await gathering.wait();
      const written = queue.splice(0, worksAtOnce);
      gathering.took(callsIn(written));
      await writeWaiting(db, written);
    }
    isWriting = false;
  };
  const group: Group<Schema> = {
    run: (work, timeoutMs) =>
      added((resolve, reject) => ({ work: followed(group, limited(work, timeoutMs)), resolve, reject })),
    runSteps: (steps, { calls, rows }) =>
      added((resolve, reject) => ({
        work: (trx) => runSteps({ db, dialect: "sqlite" }, trx, steps()),
        steps,
        calls,
        rows,
        resolve,
        reject,
      })),
    recount: () => gathering.came(),
  };
  const added = <Result>(
    waiting: (resolve: (result: unknown) => void, reject: (error: unknown) => void) => Waiting<Schema>,
  ): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      const outer = running.getStore();
      if (outer?.group === group && !outer.ended) {
        reject(
          new StoreError(
            "TRANSACTION_NESTED",
            "A write was begun within another write. Use the transaction of the outer write.",
          ),
        );
        return;
      }
      queue.push(waiting(resolve as (result: unknown) => void, reject));
      gathering.came();
      if (isWriting) return;
      // outside the async context of any write, since the transaction does not belong to a single write
      if (outer === undefined) void writeQueue();
      else void running.exit(writeQueue);
    });
  return group;
}

function callsIn(waiting: readonly Pick<Waiting<never>, "calls">[]): number {
  return waiting.reduce((sum, { calls }) => sum + (calls?.() ?? 1), 0);
}

function rowsIn(waiting: readonly Pick<Waiting<never>, "rows">[]): number {
  return waiting.reduce((sum, { rows }) => sum + (rows?.() ?? 1), 0);
}

/** Returns the work, which rejects with TRANSACTION_TIMEOUT if it takes too long. */
function limited<Schema, Result>(work: Work<Schema, Result>, timeoutMs: number): Work<Schema, Result> {
  return (trx) =>
    withDeadline(
      work(trx),
      timeoutMs,
      () => new StoreError("TRANSACTION_TIMEOUT", `A write did not end within ${timeoutMs} ms; it was rolled back.`),
    );
}

/** Returns the work, marked as running until it ends. */
function followed<Schema, Result>(group: object, work: Work<Schema, Result>): Work<Schema, Result> {
  return async (trx) => {
    const mark: Running = { group, ended: false };
    runningCount += 1;
    try {
      return await running.run(mark, () => work(trx));
    } finally {
      mark.ended = true;
      runningCount -= 1;
      // enabled only while writes run, since Node.js 20 then tracks every promise of the process
      if (runningCount === 0) running.disable();
    }
  };
}
