import type { Binding, WritableBindingStore } from "@bookend/core";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { timeSlice } from "../time-slice.js";
import { transact } from "../transact.js";
import type { BindingChanges } from "./binding-changes.js";
import { rowToBinding } from "./binding-row.js";
import { bindingsOf, prepareWrite, runWrite } from "./prepared-write.js";

/** Bindings in a table. */
export function sqlBindings({ db }: Database<StoreSchema>, changes: BindingChanges): WritableBindingStore {
  return {
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
    async write(wanted) {
      if (wanted.length === 0) return [];
      const prepared = await prepareWrite(db, wanted);
      const { ids, revision } = await transact(db, async (trx) => {
        // first of all: whoever writes bindings waits here, so nothing that is read below changes before it is written
        const announced = await changes.announce(trx);
        return { ids: await runWrite(trx, prepared), revision: announced };
      });
      changes.committed(revision);
      const written = await bindingsOf(prepared, ids);
      return wanted.flatMap((change) => written.get(change) ?? []);
    },
  };
}
