import type { HistoryLimits, WritableBindingStore } from "@bookend/core";
import type { Database } from "../database.js";
import { sqlHistory } from "../history/sql-history.js";
import { writeHistory } from "../history/write-history.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import type { BindingChanges } from "./binding-changes.js";
import { rowToBinding } from "./binding-row.js";
import { changedBindings, rememberChanged } from "./changed-bindings.js";
import { bindingsOf, changesOf, prepareWrite, runWrite, touchedIds } from "./prepared-write.js";

/** Options of the history of bindings. */
export interface SqlBindingsOptions {
  /** How much of the history of bindings is kept. */
  readonly history?: HistoryLimits | undefined;
  /** Returns the time for entries of the history. @default the system's clock */
  readonly clock?: (() => Date) | undefined;
}

/** Stores bindings in a table, with their history in two others. */
export function sqlBindings(
  { db }: Database<StoreSchema>,
  changes: BindingChanges,
  { history = {}, clock = () => new Date() }: SqlBindingsOptions = {},
): WritableBindingStore {
  return {
    history: sqlHistory(db),
    list: async () => (await changedBindings(db, undefined)).bindings,
    changes: (since) => changedBindings(db, since),
    async get(id) {
      const row = await db.selectFrom("bookend_binding").selectAll().where("id", "=", id).executeTakeFirst();
      return row && rowToBinding(row);
    },
    subscribe: changes.subscribe,
    async write(wanted, origin = {}) {
      if (wanted.length === 0) return [];
      const prepared = await prepareWrite(db, wanted);
      const { ids, revision } = await transact(db, async (trx) => {
        // first, so that other writers of bindings wait, and nothing that is read below changes before the write
        const announced = await changes.announce(trx);
        const { ids, before } = await runWrite(trx, prepared);
        await rememberChanged(trx, announced, [...touchedIds(prepared), ...ids.values()]);
        await writeHistory(trx, await changesOf(prepared, ids, before), origin, history, clock());
        return { ids, revision: announced };
      });
      changes.committed(revision);
      const written = await bindingsOf(prepared, ids);
      return wanted.flatMap((change) => written.get(change) ?? []);
    },
  };
}
