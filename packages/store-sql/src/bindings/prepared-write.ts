import {
  type Binding,
  type BindingChange,
  bindingChanged,
  bindingNameTaken,
  bindingNotFound,
  inWritingOrder,
} from "@bookend/core";
import { type CompiledQuery, type Kysely, sql, type Transaction } from "kysely";
import { inChunks, inLists } from "../chunks.js";
import type { StoreSchema } from "../store-schema.js";
import { timeSlice } from "../time-slice.js";
import { bindingToRow, rowToBinding } from "./binding-row.js";

type Removal = Extract<BindingChange, { kind: "remove" }>;
type Update = Extract<BindingChange, { kind: "update" }>;
type Insert = Extract<BindingChange, { kind: "insert" }>;
type Row = ReturnType<typeof bindingToRow>;
interface RowOf<Change> {
  readonly change: Change;
  readonly row: Row;
}

/** Changes of bindings whose JSON and SQL is made: the transaction, for which other calls wait, only runs it. */
export interface PreparedWrite {
  readonly removals: readonly Removal[];
  readonly updates: readonly RowOf<Update>[];
  readonly inserts: readonly RowOf<Insert>[];
  readonly statements: {
    readonly revisions: readonly CompiledQuery<{ readonly id: number; readonly revision: number }>[];
    readonly holders: readonly CompiledQuery<{ readonly id: number; readonly name: string }>[];
    readonly removals: readonly CompiledQuery<unknown>[];
    readonly updates: readonly CompiledQuery<unknown>[];
    readonly inserts: readonly CompiledQuery<{ readonly id: number; readonly name: string }>[];
  };
}

/** Prepares changes, and lets other work run meanwhile. */
export async function prepareWrite(db: Kysely<StoreSchema>, changes: readonly BindingChange[]): Promise<PreparedWrite> {
  const slice = timeSlice();
  const removals: Removal[] = [];
  const updates: RowOf<Update>[] = [];
  const inserts: RowOf<Insert>[] = [];
  for (const change of inWritingOrder(changes)) {
    await slice.next();
    if (change.kind === "remove") removals.push(change);
    else if (change.kind === "update") updates.push({ change, row: bindingToRow(change.binding) });
    else inserts.push({ change, row: bindingToRow(change.binding) });
  }
  const compiled = async <T, Query>(pieces: readonly (readonly T[])[], compile: (piece: readonly T[]) => Query) => {
    const queries: Query[] = [];
    for (const piece of pieces) {
      await slice.next();
      queries.push(compile(piece));
    }
    return queries;
  };
  const touched = [...removals, ...updates.map(({ change }) => change)].map(({ id }) => id);
  const names = [...updates, ...inserts].map(({ row }) => row.name);
  const table = "bookend_binding";
  const statements: PreparedWrite["statements"] = {
    revisions: await compiled(inLists(touched), (ids) =>
      db.selectFrom(table).select(["id", "revision"]).where("id", "in", ids).compile(),
    ),
    holders: await compiled(inLists(names), (piece) =>
      db.selectFrom(table).select(["id", "name"]).where("name", "in", piece).compile(),
    ),
    removals: await compiled(inLists(removals.map(({ id }) => id)), (ids) =>
      db.deleteFrom(table).where("id", "in", ids).compile(),
    ),
    updates: await compiled(inChunks(updates), (piece) => updateOf(db, piece).compile()),
    inserts: await compiled(inChunks(inserts), (piece) =>
      db
        .insertInto(table)
        .values(piece.map(({ row }) => ({ ...row, revision: 1 })))
        .returning(["id", "name"])
        .compile(),
    ),
  };
  return { removals, updates, inserts, statements };
}

/** All of these rows in one statement. */
function updateOf(db: Kysely<StoreSchema>, updates: readonly RowOf<Update>[]) {
  return db
    .insertInto("bookend_binding")
    .values(updates.map(updatedRow))
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
    );
}

function updatedRow({ change, row }: RowOf<Update>) {
  return { ...row, id: change.id, revision: change.revision + 1 };
}

/**
 * Runs what was prepared. Resolves to the ids of the inserted bindings by name.
 *
 * @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED, BINDING_NAME_TAKEN
 */
export async function runWrite(
  trx: Transaction<StoreSchema>,
  prepared: PreparedWrite,
): Promise<ReadonlyMap<string, number>> {
  const { statements } = prepared;
  await checkRevisions(trx, prepared);
  await checkNames(trx, prepared);
  for (const statement of [...statements.removals, ...statements.updates]) await trx.executeQuery(statement);
  const ids = new Map<string, number>();
  for (const statement of statements.inserts) {
    const { rows } = await trx.executeQuery(statement);
    // databases do not promise the order of what they return
    for (const { id, name } of rows) ids.set(name, Number(id));
  }
  return ids;
}

/** The binding that each change wrote, given the ids of the inserted ones. */
export async function bindingsOf(
  { updates, inserts }: PreparedWrite,
  ids: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<BindingChange, Binding>> {
  const slice = timeSlice();
  const written = new Map<BindingChange, Binding>();
  for (const update of updates) {
    await slice.next();
    written.set(update.change, rowToBinding(updatedRow(update)));
  }
  for (const { change, row } of inserts) {
    await slice.next();
    written.set(change, rowToBinding({ ...row, revision: 1, id: ids.get(row.name) ?? 0 }));
  }
  return written;
}

async function checkRevisions(
  trx: Transaction<StoreSchema>,
  { removals, updates, statements }: PreparedWrite,
): Promise<void> {
  const revisions = new Map<number, number>();
  for (const statement of statements.revisions) {
    const { rows } = await trx.executeQuery(statement);
    for (const row of rows) revisions.set(row.id, row.revision);
  }
  for (const { id, revision } of [...removals, ...updates.map(({ change }) => change)]) {
    const present = revisions.get(id);
    if (present === undefined) throw bindingNotFound(id);
    if (revision !== undefined && revision !== present) throw bindingChanged(id, present);
  }
}

/** Names must be unique when all is written. */
async function checkNames(
  trx: Transaction<StoreSchema>,
  { removals, updates, inserts, statements }: PreparedWrite,
): Promise<void> {
  const gone = new Set(removals.map(({ id }) => id));
  const updated = new Set(updates.map(({ change }) => change.id));
  const holders = new Map<string, number>();
  for (const statement of statements.holders) {
    const { rows } = await trx.executeQuery(statement);
    for (const { id, name } of rows) holders.set(name, id);
  }
  const claimed = new Set<string>();
  const inTheWay: number[] = [];
  const claims = [
    ...updates.map(({ change, row }) => ({ name: row.name, id: change.id })),
    ...inserts.map(({ row }) => ({ name: row.name, id: 0 })),
  ];
  for (const { name, id } of claims) {
    const holder = holders.get(name);
    if (claimed.has(name)) throw bindingNameTaken(name);
    claimed.add(name);
    if (holder === undefined || holder === id || gone.has(holder)) continue;
    if (!updated.has(holder)) throw bindingNameTaken(name);
    inTheWay.push(holder);
  }
  for (const ids of inLists(inTheWay)) {
    // each gets its own new name below; no binding can have this one, since control characters are refused
    await trx
      .updateTable("bookend_binding")
      .set({ name: sql<string>`cast(${"\u0001"} as text) || id` })
      .where("id", "in", ids)
      .execute();
  }
}
