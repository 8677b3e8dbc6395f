import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "./database.js";
import { StoreError } from "./errors.js";
import { sqliteDirect } from "./sqlite-direct.js";
import { runSteps, type Steps } from "./steps.js";
import { type TransactOptions, transact, tryAgain } from "./transact.js";
import { isOfSteps, writeAtOnce } from "./write-at-once.js";

/** Works of one transaction. */
const worksAtOnce = 100;

/** Milliseconds that the first waits for others, as long as each turn of the event loop adds some or there are fewer than in recent transactions. */
const longestWaitMs = 4;

/** Collects what is to be written, for one transaction at a time. */
interface Group<Schema> {
  run<Result>(work: Work<Schema, Result>): Promise<Result>;
  runSteps<Result>(steps: () => Steps<Result>): Promise<Result>;
}

type Work<Schema, Result> = (trx: Transaction<Schema>) => Promise<Result>;

interface Waiting<Schema> {
  readonly work: Work<Schema, unknown>;
  /** The same as statements that run at once. */
  readonly steps?: (() => Steps<unknown>) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A work that runs, and the group that waits for it. */
interface Running {
  readonly group: object;
  ended: boolean;
}

const running = new AsyncLocalStorage<Running>();

/** Works that have not ended. */
let runningCount = 0;

/** One of each connection: SQLite has one writer. */
const groups = new WeakMap<object, Group<never>>();

/**
 * Like {@link transact}, for small writes of many calls at once: on SQLite, those that come while others are being written share one transaction, and so
 * one wait for the disk. Each is a savepoint of its own: one that throws leaves nothing behind and does not fail the others. It resolves, or
 * rejects, when the transaction is committed; if that fails, all of it fails. On PostgreSQL, whose server groups commits itself, it is `transact`.
 *
 * What `work` returns or throws may rest on what the others wrote, so it must change nothing outside of the database, and it must be short:
 * the others wait for it.
 *
 * @throws {StoreError} TRANSACTION_CONFLICT, CONSTRAINT_VIOLATED after six tries; nothing was kept. TRANSACTION_NESTED on SQLite within another such write,
 * which would wait for this one forever
 */
export function transactTogether<Schema, Result>(
  { db, dialect }: Pick<Database<Schema>, "db" | "dialect">,
  work: Work<Schema, Result>,
  options: TransactOptions = {},
): Promise<Result> {
  if (dialect !== "sqlite") return transact(db, work, options);
  const group = groupOf(db);
  return tryAgain(() => group.run(work), options);
}

/**
 * Like {@link transactTogether}, for statements that are compiled once: on SQLite, those of all writes of a transaction run at once, without a promise for
 * each. `steps` may run several times, and must not wait for anything but its statements.
 *
 * @throws {StoreError} TRANSACTION_CONFLICT, CONSTRAINT_VIOLATED after six tries; nothing was kept
 */
export function writeTogether<Schema, Result>(
  database: Pick<Database<Schema>, "db" | "dialect">,
  steps: () => Steps<Result>,
  options: TransactOptions = {},
): Promise<Result> {
  const { db, dialect } = database;
  if (dialect !== "sqlite") return transact(db, (trx) => runSteps(database, trx, steps()), options);
  const group = groupOf(db);
  return tryAgain(() => group.runSteps(steps), options);
}

function groupOf<Schema>(db: Kysely<Schema>): Group<Schema> {
  const known = groups.get(db);
  // the one that was made for this very object
  if (known !== undefined) return known as unknown as Group<Schema>;
  const group = createGroup(db);
  groups.set(db, group as unknown as Group<never>);
  return group;
}

function createGroup<Schema>(db: Kysely<Schema>): Group<Schema> {
  const queue: Waiting<Schema>[] = [];
  let isWriting = false;
  /** About as many as a transaction had lately. */
  let expected = 0;
  /** Ends the wait for the next one. */
  let cameOne: (() => void) | undefined;
  const nextOne = (waitMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      cameOne = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  /**
   * Waits for those of the same turn of the event loop, and for further turns as long as each brings more or fewer than `expected` are there: of calls at
   * once, the hashes of PINs end one by one, and those that waited for the last transaction come back while its commit still waits for the disk.
   */
  const comeTogether = async () => {
    const start = performance.now();
    for (;;) {
      const before = queue.length;
      await setImmediate();
      if (queue.length >= worksAtOnce) return;
      const waitMs = longestWaitMs - (performance.now() - start);
      if (waitMs <= 0) return;
      if (queue.length > before) continue;
      if (queue.length >= expected) return;
      // asleep, since turns of an idle loop would take a core from the hashes and from the disk's thread
      await nextOne(waitMs);
      cameOne = undefined;
    }
  };
  const writeQueue = async () => {
    isWriting = true;
    while (queue.length > 0) {
      await comeTogether();
      expected = Math.max(queue.length, expected - 1);
      await writeAll(db, queue.splice(0, worksAtOnce));
    }
    isWriting = false;
  };
  const group: Group<Schema> = {
    run: (work) => added((resolve, reject) => ({ work: followed(group, work), resolve, reject })),
    runSteps: (steps) =>
      added((resolve, reject) => ({
        work: (trx) => runSteps({ db, dialect: "sqlite" }, trx, steps()),
        steps,
        resolve,
        reject,
      })),
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
            "A write was begun within another one. Use the transaction of that one.",
          ),
        );
        return;
      }
      queue.push(waiting(resolve as (result: unknown) => void, reject));
      cameOne?.();
      if (isWriting) return;
      // what writes belongs to none of the works
      if (outer === undefined) void writeQueue();
      else void running.exit(writeQueue);
    });
  return group;
}

/** The work, which is known as running until it ends. */
function followed<Schema, Result>(group: object, work: Work<Schema, Result>): Work<Schema, Result> {
  return async (trx) => {
    const mark: Running = { group, ended: false };
    runningCount += 1;
    try {
      return await running.run(mark, () => work(trx));
    } finally {
      mark.ended = true;
      runningCount -= 1;
      // as long as it is enabled, Node.js 20 follows each promise of the process
      if (runningCount === 0) running.disable();
    }
  };
}

/** Never rejects: each that waits is told. */
async function writeAll<Schema>(db: Kysely<Schema>, waiting: readonly Waiting<Schema>[]): Promise<void> {
  const direct = sqliteDirect(db);
  if (direct !== undefined && waiting.every(isOfSteps)) return writeAtOnce({ db, dialect: "sqlite" }, direct, waiting);
  const [first] = waiting;
  try {
    if (waiting.length === 1 && first !== undefined) {
      first.resolve(await db.transaction().execute(first.work));
      return;
    }
    const ends = await db.transaction().execute(async (trx) => {
      const ended: (() => void)[] = [];
      for (const one of waiting) ended.push(await writeOne(trx, one));
      return ended;
    });
    // also those that failed: what they found may be what another one wrote
    for (const end of ends) end();
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}

/** Runs one within its savepoint, and returns what tells it of its end. Rejects if the whole transaction is lost. */
async function writeOne<Schema>(trx: Transaction<Schema>, { work, resolve, reject }: Waiting<Schema>) {
  await sql`savepoint together`.execute(trx);
  try {
    const result = await work(trx);
    await sql`release together`.execute(trx);
    return () => resolve(result);
  } catch (error) {
    try {
      await sql`rollback to together`.execute(trx);
      await sql`release together`.execute(trx);
    } catch {
      // some errors, as that of a full disk, end the transaction: the savepoint is gone
      throw error;
    }
    return () => reject(error);
  }
}
