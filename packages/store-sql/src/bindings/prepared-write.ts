import {
  type Binding,
  type BindingChange,
  bindingChanged,
  bindingNameTaken,
  bindingNotFound,
  inWritingOrder,
  type NewBinding,
} from "@bookend/core";
import { type CompiledQuery, type Kysely, type Selectable, sql, type Transaction } from "kysely";
import { inChunks, inLists } from "../chunks.js";
import type { WrittenChange } from "../history/write-history.js";
import type { BindingTable, StoreSchema } from "../store-schema.js";
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

/**
 * Changes of bindings whose JSON and SQL have been prepared. The transaction, for which other calls wait, only runs
 * them.
 */
export interface PreparedWrite {
  readonly removals: readonly Removal[];
  readonly updates: readonly RowOf<Update>[];
  readonly inserts: readonly RowOf<Insert>[];
  readonly statements: {
    /** Reads the current state of the affected bindings. */
    readonly present: readonly CompiledQuery<Selectable<BindingTable>>[];
    readonly holders: readonly CompiledQuery<{ readonly id: number; readonly name: string }>[];
    readonly removals: readonly CompiledQuery<unknown>[];
    readonly updates: readonly CompiledQuery<unknown>[];
    readonly inserts: readonly CompiledQuery<{ readonly id: number; readonly name: string }>[];
  };
}

/** Prepares changes, yielding to other work in between. */
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
  const returning = inserts.flatMap(({ change }) => change.id ?? []);
  const touched = [...[...removals, ...updates.map(({ change }) => change)].map(({ id }) => id), ...returning];
  const names = [...updates, ...inserts].map(({ row }) => row.name);
  const table = "bookend_binding";
  const statements: PreparedWrite["statements"] = {
    present: await compiled(inLists(touched), (ids) =>
      db.selectFrom(table).selectAll().where("id", "in", ids).compile(),
    ),
    holders: await compiled(inLists(names), (piece) =>
      db.selectFrom(table).select(["id", "name"]).where("name", "in", piece).compile(),
    ),
    removals: await compiled(inLists(removals.map(({ id }) => id)), (ids) =>
      db.deleteFrom(table).where("id", "in", ids).compile(),
    ),
    updates: await compiled(inChunks(updates), (piece) => updateOf(db, piece).compile()),
    inserts: [
      ...(await compiled(inChunks(inserts.filter(({ change }) => change.id === undefined)), (piece) =>
        insertOf(db, piece).compile(),
      )),
      // separate statements, since all rows of a statement have the same columns, and only these rows have an id
      ...(await compiled(inChunks(inserts.filter(({ change }) => change.id !== undefined)), (piece) =>
        insertOf(db, piece).compile(),
      )),
    ],
  };
  return { removals, updates, inserts, statements };
}

function insertOf(db: Kysely<StoreSchema>, inserts: readonly RowOf<Insert>[]) {
  return db
    .insertInto("bookend_binding")
    .values(
      inserts.map(({ change: { id, revision = 1 }, row }) => ({ ...row, revision, ...(id !== undefined && { id }) })),
    )
    .returning(["id", "name"]);
}

/** Returns one statement that updates all of these rows: an insertion that updates the rows that already exist. */
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

/** The result of a write: the bindings before it, and the ids that it assigned. */
export interface RunWrite {
  /** Ids of the inserted bindings, by name. */
  readonly ids: ReadonlyMap<string, number>;
  /** The affected bindings as they were, by id. */
  readonly before: ReadonlyMap<number, Selectable<BindingTable>>;
}

/**
 * Runs the prepared write.
 *
 * @throws {BookendError} BINDING_NOT_FOUND, BINDING_CHANGED, BINDING_NAME_TAKEN
 */
export async function runWrite(trx: Transaction<StoreSchema>, prepared: PreparedWrite): Promise<RunWrite> {
  const { statements } = prepared;
  const before = await checkRevisions(trx, prepared);
  await checkNames(trx, prepared);
  for (const statement of [...statements.removals, ...statements.updates]) await trx.executeQuery(statement);
  const ids = new Map<string, number>();
  for (const statement of statements.inserts) {
    const { rows } = await trx.executeQuery(statement);
    // databases do not guarantee the order of the returned rows
    for (const { id, name } of rows) ids.set(name, Number(id));
  }
  return { ids, before };
}

/** Returns the effects of a write, for the history, yielding to other work in between. */
export async function changesOf(
  { removals, updates, inserts }: PreparedWrite,
  ids: RunWrite["ids"],
  before: RunWrite["before"],
): Promise<readonly WrittenChange[]> {
  const slice = timeSlice();
  const changes: WrittenChange[] = [];
  const was = (id: number) => {
    const row = before.get(id);
    return row ? JSON.stringify(rowToBinding(row)) : null;
  };
  const now = (binding: NewBinding, id: number, revision: number) =>
    JSON.stringify({ id, revision, ...plain(binding) });
  for (const { id } of removals) {
    await slice.next();
    changes.push({ binding: id, name: before.get(id)?.name ?? "", before: was(id), after: null });
  }
  for (const { change } of updates) {
    await slice.next();
    const { id, revision, binding } = change;
    changes.push({ binding: id, name: binding.name, before: was(id), after: now(binding, id, revision + 1) });
  }
  for (const { change } of inserts) {
    await slice.next();
    const { binding, revision = 1 } = change;
    const id = ids.get(binding.name) ?? 0;
    changes.push({ binding: id, name: binding.name, before: null, after: now(binding, id, revision) });
  }
  return changes;
}

/** Returns the fields of a new binding without its id and its revision, both of which it may already have. */
function plain({
  name,
  active,
  events,
  position,
  ordering,
  handler,
  action,
  options,
  conditions,
  abortOnError,
  delivery,
}: NewBinding): NewBinding {
  return { name, active, events, position, ordering, handler, action, options, conditions, abortOnError, delivery };
}

/** Returns the ids of the bindings that a write removes or updates. */
export function touchedIds({ removals, updates }: Pick<PreparedWrite, "removals" | "updates">): readonly number[] {
  return [...removals, ...updates.map(({ change }) => change)].map(({ id }) => id);
}

/** Returns the binding that each change wrote, given the ids of the inserted ones. */
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
    written.set(change, rowToBinding({ ...row, revision: change.revision ?? 1, id: ids.get(row.name) ?? 0 }));
  }
  return written;
}

async function checkRevisions(
  trx: Transaction<StoreSchema>,
  { removals, updates, inserts, statements }: PreparedWrite,
): Promise<RunWrite["before"]> {
  const present = new Map<number, Selectable<BindingTable>>();
  for (const statement of statements.present) {
    const { rows } = await trx.executeQuery(statement);
    for (const row of rows) present.set(row.id, row);
  }
  for (const { id, revision } of [...removals, ...updates.map(({ change }) => change)]) {
    const stored = present.get(id);
    if (stored === undefined) throw bindingNotFound(id);
    if (revision !== undefined && revision !== stored.revision) throw bindingChanged(id, stored.revision);
  }
  for (const { change } of inserts) {
    const stored = change.id === undefined ? undefined : present.get(change.id);
    if (stored) throw bindingChanged(stored.id, stored.revision);
  }
  return present;
}

/** Checks that names are unique after the whole write. */
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
    // frees the names until the updates assign the new ones; no binding can have this temporary name, since control
    // characters are refused
    await trx
      .updateTable("bookend_binding")
      .set({ name: sql<string>`cast(${"\u0001"} as text) || id` })
      .where("id", "in", ids)
      .execute();
  }
}
