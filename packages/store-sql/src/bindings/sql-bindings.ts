import type { WritableBindingStore } from "@bookend/core";
import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import type { BindingChanges } from "./binding-changes.js";
import { bindingToRow, rowToBinding } from "./binding-row.js";

/** Bindings in a table. */
export function sqlBindings({ db }: Database<StoreSchema>, changes: BindingChanges): WritableBindingStore {
  /** Resolves to the id of the binding that was written, when it is committed and the listeners were told; undefined: there is none. */
  const write = async (change: (trx: Transaction<StoreSchema>) => Promise<{ id: number } | undefined>) => {
    const written = await db.transaction().execute(async (trx) => {
      const row = await change(trx);
      return row && { id: row.id, revision: await changes.announce(trx) };
    });
    if (written) changes.committed(written.revision);
    return written?.id;
  };
  return {
    async list() {
      return (await db.selectFrom("bookend_binding").selectAll().execute()).map(rowToBinding);
    },
    subscribe: changes.subscribe,
    async insert(binding) {
      const row = bindingToRow(binding);
      const id = await write((trx) =>
        trx.insertInto("bookend_binding").values(row).returning("id").executeTakeFirstOrThrow(),
      );
      return rowToBinding({ ...row, id: Number(id) });
    },
    async update(id, binding) {
      const row = bindingToRow(binding);
      const updated = await write((trx) =>
        trx.updateTable("bookend_binding").set(row).where("id", "=", id).returning("id").executeTakeFirst(),
      );
      return updated !== undefined;
    },
    async remove(id) {
      const removed = await write((trx) =>
        trx.deleteFrom("bookend_binding").where("id", "=", id).returning("id").executeTakeFirst(),
      );
      return removed !== undefined;
    },
  };
}
