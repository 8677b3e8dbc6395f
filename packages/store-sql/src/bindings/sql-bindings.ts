import {
  type Binding,
  type BindingChange,
  bindingChanged,
  bindingNameTaken,
  bindingNotFound,
  inWritingOrder,
  type WritableBindingStore,
} from "@bookend/core";
import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { timeSlice } from "../time-slice.js";
import { transact } from "../transact.js";
import type { BindingChanges } from "./binding-changes.js";
import { bindingToRow, rowToBinding } from "./binding-row.js";
import { inChunks } from "./chunks.js";

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
      // JSON is made before the transaction, which keeps others waiting
      const prepared = prepare(wanted);
      const { written, revision } = await transact(db, async (trx) => {
        // first of all: whoever writes bindings waits here, so nothing that is read below changes before it is written
        const announced = await changes.announce(trx);
        return { written: await writeAll(trx, prepared), revision: announced };
      });
      changes.committed(revision);
      return wanted.flatMap((change) => written.get(change) ?? []);
    },
  };
}

type Row = ReturnType<typeof bindingToRow>;

/** Changes with their rows, by kind. */
interface Prepared {
  readonly removals: readonly Extract<BindingChange, { kind: "remove" }>[];
  readonly updates: readonly { readonly change: Extract<BindingChange, { kind: "update" }>; readonly row: Row }[];
  readonly inserts: readonly { readonly change: Extract<BindingChange, { kind: "insert" }>; readonly row: Row }[];
}

function prepare(changes: readonly BindingChange[]): Prepared {
  const removals: Prepared["removals"][number][] = [];
  const updates: Prepared["updates"][number][] = [];
  const inserts: Prepared["inserts"][number][] = [];
  for (const change of inWritingOrder(changes)) {
    if (change.kind === "remove") removals.push(change);
    else if (change.kind === "update") updates.push({ change, row: bindingToRow(change.binding) });
    else inserts.push({ change, row: bindingToRow(change.binding) });
  }
  return { removals, updates, inserts };
}

/** Resolves to the binding that each change wrote. */
async function writeAll(
  trx: Transaction<StoreSchema>,
  prepared: Prepared,
): Promise<ReadonlyMap<BindingChange, Binding>> {
  const { removals, updates, inserts } = prepared;
  await checkRevisions(trx, prepared);
  await checkNames(trx, prepared);
  const written = new Map<BindingChange, Binding>();
  for (const chunk of inChunks(removals)) {
    const ids = chunk.map(({ id }) => id);
    await trx.deleteFrom("bookend_binding").where("id", "in", ids).execute();
  }
  for (const chunk of inChunks(updates)) {
    const rows = chunk.map(({ change, row }) => ({ ...row, id: change.id, revision: change.revision + 1 }));
    await trx
      .insertInto("bookend_binding")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((eb) => ({
          revision: eb.ref("excluded.revision"),
          name: eb.ref("excluded.name"),
          active: eb.ref("excluded.active"),
          events: eb.ref("excluded.events"),
          position: eb.ref("excluded.position"),
          ordering: eb.ref("excluded.ordering"),
          handler: eb.ref("excluded.handler"),
          action: eb.ref("excluded.action"),
          options: eb.ref("excluded.options"),
          conditions: eb.ref("excluded.conditions"),
          abort_on_error: eb.ref("excluded.abort_on_error"),
          delivery: eb.ref("excluded.delivery"),
        })),
      )
      .execute();
    for (const [index, { change }] of chunk.entries()) {
      const row = rows[index];
      if (row) written.set(change, rowToBinding(row));
    }
  }
  for (const chunk of inChunks(inserts)) {
    const rows = chunk.map(({ row }) => ({ ...row, revision: 1 }));
    const inserted = await trx.insertInto("bookend_binding").values(rows).returning(["id", "name"]).execute();
    // databases do not promise the order of what they return
    const ids = new Map(inserted.map(({ id, name }) => [name, Number(id)]));
    for (const [index, { change }] of chunk.entries()) {
      const row = rows[index];
      if (row) written.set(change, rowToBinding({ ...row, id: ids.get(row.name) ?? 0 }));
    }
  }
  return written;
}

async function checkRevisions(trx: Transaction<StoreSchema>, { removals, updates }: Prepared): Promise<void> {
  const touched = [...removals, ...updates.map(({ change }) => change)];
  const revisions = new Map<number, number>();
  for (const chunk of inChunks(touched)) {
    const ids = chunk.map(({ id }) => id);
    const rows = await trx.selectFrom("bookend_binding").select(["id", "revision"]).where("id", "in", ids).execute();
    for (const row of rows) revisions.set(row.id, row.revision);
  }
  for (const { id, revision } of touched) {
    const present = revisions.get(id);
    if (present === undefined) throw bindingNotFound(id);
    if (revision !== undefined && revision !== present) throw bindingChanged(id, present);
  }
}

/** Names must be unique when all is written. */
async function checkNames(trx: Transaction<StoreSchema>, { removals, updates, inserts }: Prepared): Promise<void> {
  const gone = new Set(removals.map(({ id }) => id));
  const updated = new Set(updates.map(({ change }) => change.id));
  const holders = new Map<string, number>();
  const claims = [
    ...updates.map(({ change, row }) => ({ name: row.name, id: change.id })),
    ...inserts.map(({ row }) => ({ name: row.name, id: 0 })),
  ];
  for (const chunk of inChunks(claims)) {
    const names = chunk.map(({ name }) => name);
    const rows = await trx.selectFrom("bookend_binding").select(["id", "name"]).where("name", "in", names).execute();
    for (const row of rows) holders.set(row.name, row.id);
  }
  const claimed = new Set<string>();
  const inTheWay: number[] = [];
  for (const { name, id } of claims) {
    const holder = holders.get(name);
    if (claimed.has(name)) throw bindingNameTaken(name);
    claimed.add(name);
    if (holder === undefined || holder === id || gone.has(holder)) continue;
    if (!updated.has(holder)) throw bindingNameTaken(name);
    inTheWay.push(holder);
  }
  for (const id of inTheWay) {
    // gets its own new name below; no binding can have this one, since control characters are refused
    await trx
      .updateTable("bookend_binding")
      .set({ name: `\u0001${id}` })
      .where("id", "=", id)
      .execute();
  }
}
