import type { Binding, BindingDelta } from "@bookend/core";
import type { Kysely, Transaction } from "kysely";
import { inChunks, inLists } from "../chunks.js";
import type { StoreSchema } from "../store-schema.js";
import { timeSlice } from "../time-slice.js";
import { rowToBinding } from "./binding-row.js";

/** Number of changes that are remembered; a node that missed more reads all bindings. */
const keptRevisions = 1_000;

/** Maximum number of bindings of one change that are remembered individually; if there are more, all are read. */
const maxChanged = 1_000;

/** The id that stands for all bindings. */
const all = 0;

/** Records which bindings a change affected, within the transaction that makes it. */
export async function rememberChanged(
  trx: Transaction<StoreSchema>,
  revision: number,
  ids: readonly number[],
): Promise<void> {
  const touched = ids.length > maxChanged ? [all] : [...new Set(ids)];
  for (const piece of inChunks(touched)) {
    await trx
      .insertInto("bookend_binding_change")
      .values(piece.map((binding) => ({ revision, binding })))
      .execute();
  }
  await trx
    .deleteFrom("bookend_binding_change")
    .where("revision", "<=", revision - keptRevisions)
    .execute();
}

/** Returns the bindings that changed since a revision, or all; see `BindingStore.changes`. */
export async function changedBindings(db: Kysely<StoreSchema>, since: string | undefined): Promise<BindingDelta> {
  // several statements must read the same state
  const transaction = db.transaction().setAccessMode("read only").setIsolationLevel("repeatable read");
  const read = await transaction.execute(async (trx) => {
    const { bindings: revision } = await trx
      .selectFrom("bookend_revision")
      .select("bindings")
      .executeTakeFirstOrThrow();
    const ids = await idsSince(trx, since, revision);
    if (ids === undefined) {
      return { revision, ids, rows: await trx.selectFrom("bookend_binding").selectAll().execute() };
    }
    const rows = [];
    for (const piece of inLists(ids)) {
      rows.push(...(await trx.selectFrom("bookend_binding").selectAll().where("id", "in", piece).execute()));
    }
    return { revision, ids, rows };
  });
  const slice = timeSlice();
  const bindings: Binding[] = [];
  for (const row of read.rows) {
    await slice.next();
    bindings.push(rowToBinding(row));
  }
  const present = new Set(bindings.map(({ id }) => id));
  return {
    revision: String(read.revision),
    complete: read.ids === undefined,
    bindings,
    removed: (read.ids ?? []).filter((id) => !present.has(id)),
  };
}

/** Returns the ids of the bindings that changed after a revision; undefined if these are unknown or too many. */
async function idsSince(
  trx: Transaction<StoreSchema>,
  since: string | undefined,
  revision: number,
): Promise<readonly number[] | undefined> {
  const from = Number(since);
  if (since === undefined || !Number.isSafeInteger(from) || from > revision || revision - from > keptRevisions) {
    return undefined;
  }
  const changes = await trx
    .selectFrom("bookend_binding_change")
    .selectAll()
    .where("revision", ">", from)
    .limit(maxChanged + 1)
    .execute();
  // a node of an earlier version increments the revision without recording what changed
  const known = new Set(changes.map((change) => change.revision)).size === revision - from;
  if (!known || changes.length > maxChanged || changes.some(({ binding }) => binding === all)) return undefined;
  return [...new Set(changes.map(({ binding }) => binding))];
}
