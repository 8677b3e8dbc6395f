import {
  type Actor,
  type Binding,
  type BindingHistory,
  type HistoryChange,
  type HistoryEntry,
  shownChanges,
} from "@bookend/core";
import type { Kysely, Selectable } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import type { HistoryChangeTable, HistoryTable } from "./history-schema.js";

/** Reads the history of bindings. */
export function sqlHistory(db: Kysely<StoreSchema>): BindingHistory {
  /**
   * Reads the effects of an entry. Each entry has its own statement with a limit, since an entry may contain thousands
   * of effects, of which few are shown.
   */
  const changesOf = async (entry: number, binding: number | undefined): Promise<readonly HistoryChange[]> => {
    const rows = await db
      .selectFrom("bookend_history_change")
      .selectAll()
      .where("entry", "=", entry)
      .$if(binding !== undefined, (query) => query.where("binding", "=", binding as number))
      .orderBy("id")
      .limit(shownChanges)
      .execute();
    return rows.map(toChange);
  };
  return {
    async page({ binding, page, pageSize }) {
      const ids =
        binding === undefined
          ? undefined
          : db.selectFrom("bookend_history_change").select("entry").where("binding", "=", binding).distinct();
      const counted = ids
        ? await db
            .selectFrom(ids.as("entries"))
            .select((eb) => eb.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow()
        : await db
            .selectFrom("bookend_history")
            .select((eb) => eb.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
      const rows = await db
        .selectFrom("bookend_history")
        .selectAll()
        .$if(ids !== undefined, (query) => query.where("id", "in", ids as NonNullable<typeof ids>))
        .orderBy("id", "desc")
        .limit(pageSize)
        .offset((page - 1) * pageSize)
        .execute();
      const entries: HistoryEntry[] = [];
      for (const row of rows) entries.push(toEntry(row, await changesOf(row.id, binding)));
      return { entries, count: Number(counted.count) };
    },
    async change(entry, binding) {
      return (await changesOf(entry, binding))[0];
    },
  };
}

function toEntry(row: Selectable<HistoryTable>, bindings: readonly HistoryChange[]): HistoryEntry {
  const { id, time, operation, actor, client, changes } = row;
  return {
    entry: id,
    time: new Date(time),
    operation,
    ...(actor !== null && { actor: JSON.parse(actor) as Actor }),
    ...(client !== null && { client }),
    count: changes,
    bindings,
  };
}

function toChange({ binding, name, before, after }: Selectable<HistoryChangeTable>): HistoryChange {
  return { id: binding, name, before: toBinding(before), after: toBinding(after) };
}

function toBinding(json: string | null): Binding | null {
  return json === null ? null : (JSON.parse(json) as Binding);
}
