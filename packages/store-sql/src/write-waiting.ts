import { type Kysely, sql, type Transaction } from "kysely";
import { StoreError } from "./errors.js";
import { sqliteDirect } from "./sqlite-direct.js";
import type { Steps } from "./steps.js";
import { isOfSteps, writeAtOnce } from "./write-at-once.js";

/** A write that may share a transaction with others. */
export type Work<Schema, Result> = (trx: Transaction<Schema>) => Promise<Result>;

/** A write that waits for its transaction. */
export interface Waiting<Schema> {
  readonly work: Work<Schema, unknown>;
  /** The same work as statements that run synchronously, if it consists only of these. */
  readonly steps?: (() => Steps<unknown>) | undefined;
  /** Number of calls whose changes the write contains. @default one */
  readonly calls?: (() => number) | undefined;
  /** Number of rows that the write inserts. @default one */
  readonly rows?: (() => number) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs these writes in one transaction. Never rejects: each waiting caller is notified. */
export async function writeWaiting<Schema>(db: Kysely<Schema>, waiting: readonly Waiting<Schema>[]): Promise<void> {
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
    // failed writes are settled only now as well, since they may have read what another write wrote
    for (const end of ends) end();
  } catch (error) {
    if (!(error instanceof LateWork)) {
      for (const { reject } of waiting) reject(error);
      return;
    }
    error.late.reject(error.cause);
    await writeWaiting(
      db,
      waiting.filter((one) => one !== error.late),
    );
  }
}

/**
 * Ends the transaction of a write that did not end in time. Rolling back to its savepoint would not suffice: the write
 * could go on later and change what the others write.
 */
class LateWork extends Error {
  override readonly name = "LateWork";

  constructor(
    readonly late: Pick<Waiting<never>, "reject">,
    cause: unknown,
  ) {
    super("A write did not end in time.", { cause });
  }
}

/**
 * Runs one write within its savepoint, and returns a function that settles its promise. Rejects if the whole
 * transaction is lost.
 */
async function writeOne<Schema>(trx: Transaction<Schema>, one: Waiting<Schema>) {
  const { work, resolve, reject } = one;
  await sql`savepoint together`.execute(trx);
  try {
    const result = await work(trx);
    await sql`release together`.execute(trx);
    return () => resolve(result);
  } catch (error) {
    if (error instanceof StoreError && error.code === "TRANSACTION_TIMEOUT") throw new LateWork(one, error);
    try {
      await sql`rollback to together`.execute(trx);
      await sql`release together`.execute(trx);
    } catch {
      // some errors, such as a full disk, end the transaction, and the savepoint with it
      throw error;
    }
    return () => reject(error);
  }
}
