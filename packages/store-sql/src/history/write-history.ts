import { type ChangeOrigin, type HistoryLimits, operationOf } from "@bookend/core";
import type { Transaction } from "kysely";
import { inChunks } from "../chunks.js";
import type { StoreSchema } from "../store-schema.js";

/** The effect of a write on one binding, with both versions as JSON. */
export interface WrittenChange {
  readonly binding: number;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

const dayMs = 86_400_000;

/** Writes an entry in the transaction that changes the bindings, and removes the entries that exceed the limits. */
export async function writeHistory(
  trx: Transaction<StoreSchema>,
  changes: readonly WrittenChange[],
  origin: ChangeOrigin,
  { entries = 10_000, changes: mostChanges = 100_000, days = 730 }: HistoryLimits,
  now: Date,
): Promise<void> {
  const { operation = operationOf(changes.map(sides)), actor, client } = origin;
  const row = {
    time: now.getTime(),
    operation,
    actor: actor === undefined ? null : JSON.stringify(actor),
    client: client ?? null,
    changes: changes.length,
  };
  const { id } = await trx.insertInto("bookend_history").values(row).returning("id").executeTakeFirstOrThrow();
  const entry = Number(id);
  for (const piece of inChunks(changes)) {
    await trx
      .insertInto("bookend_history_change")
      .values(piece.map((change) => ({ ...change, entry })))
      .execute();
  }
  const last = Math.max(
    entry - entries,
    await entryBefore(trx, mostChanges),
    await entryOlderThan(trx, now.getTime() - days * dayMs),
  );
  const cut = Math.min(last, entry - 1);
  if (cut < 1) return;
  await trx.deleteFrom("bookend_history_change").where("entry", "<=", cut).execute();
  await trx.deleteFrom("bookend_history").where("id", "<=", cut).execute();
}

/** Returns whether the binding existed before and after a change, in the form that `operationOf` expects. */
function sides({ before, after }: WrittenChange): Parameters<typeof operationOf>[0][number] {
  return { before: before === null ? null : present, after: after === null ? null : present };
}

const present = {} as never;

/** Returns the newest entry with a change that is not among the `mostChanges` newest ones; 0 if there is none. */
async function entryBefore(trx: Transaction<StoreSchema>, mostChanges: number): Promise<number> {
  const newest = await trx
    .selectFrom("bookend_history_change")
    .select("id")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const beyond = await trx
    .selectFrom("bookend_history_change")
    .select("entry")
    .where("id", "<=", Number(newest?.id ?? 0) - mostChanges)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return Number(beyond?.entry ?? 0);
}

async function entryOlderThan(trx: Transaction<StoreSchema>, time: number): Promise<number> {
  const old = await trx
    .selectFrom("bookend_history")
    .select("id")
    .where("time", "<", time)
    .orderBy("time", "desc")
    .limit(1)
    .executeTakeFirst();
  return Number(old?.id ?? 0);
}
