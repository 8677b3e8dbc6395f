import type { Binding, HistoryLimits, WritableBindingStore } from "@bookend/core";
import type { Database } from "../database.js";
import { sqlHistory } from "../history/sql-history.js";
import { writeHistory } from "../history/write-history.js";
import type { StoreSchema } from "../store-schema.js";
import { timeSlice } from "../time-slice.js";
import { transact } from "../transact.js";
import type { BindingChanges } from "./binding-changes.js";
import { rowToBinding } from "./binding-row.js";
import { bindingsOf, changesOf, prepareWrite, runWrite } from "./prepared-write.js";

/** What the history of bindings is kept with. */
export interface SqlBindingsOptions {
  /** How much of the history of bindings is kept. */
  readonly history?: HistoryLimits | undefined;
  /** For the history. @default the system's clock */
  readonly clock?: (() => Date) | undefined;
}

/** Bindings in a table, with their history in two others. */
export function sqlBindings(
  { db }: Database<StoreSchema>,
  changes: BindingChanges,
  { history = {}, clock = () => new Date() }: SqlBindingsOptions = {},
): WritableBindingStore {
  return {
    history: sqlHistory(db),
    async list() {
      const slice = timeSlice();
      const bindings: Binding[] = [];
      for (const row of await db.selectFrom("bookend_binding").selectAll().execute()) {
        await slice.next();
        bindings.push(rowToBinding(row));
      }
      return bindings;
    },
    async get(id) {
      const row = await db.selectFrom("bookend_binding").selectAll().where("id", "=", id).executeTakeFirst();
      return row && rowToBinding(row);
    },
    subscribe: changes.subscribe,
    async write(wanted, origin = {}) {
      if (wanted.length === 0) return [];
      const prepared = await prepareWrite(db, wanted);
      const { ids, revision } = await transact(db, async (trx) => {
        // first of all: whoever writes bindings waits here, so nothing that is read below changes before it is written
        const announced = await changes.announce(trx);
        const { ids, before } = await runWrite(trx, prepared);
        await writeHistory(trx, await changesOf(prepared, ids, before), origin, history, clock());
        return { ids, revision: announced };
      });
      changes.committed(revision);
      const written = await bindingsOf(prepared, ids);
      return wanted.flatMap((change) => written.get(change) ?? []);
    },
  };
}
