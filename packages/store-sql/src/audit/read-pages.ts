import { setImmediate } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import type { AuditRow } from "./audit-row.js";

/** Rows of one chain. */
export interface PageRange {
  readonly writer: number;
  /** A place; the rows after it are read. */
  readonly after: number;
  /** The last place. */
  readonly last: number;
  readonly pageSize: number;
}

/**
 * Reads the rows of a chain in pages, by place, and rows with the same place by number. Yields to other work of the
 * process between pages.
 */
export async function* readPages(
  db: Kysely<StoreSchema>,
  { writer, after, last, pageSize }: PageRange,
): AsyncGenerator<readonly AuditRow[], void, undefined> {
  // the rows of writer 0 have only their number
  const place = writer === 0 ? sql.ref<number>("number") : sql.ref<number>("place");
  let before: Pick<AuditRow, "place" | "number"> | undefined;
  for (;;) {
    let query = db
      .selectFrom("bookend_audit")
      .selectAll()
      .where("writer", "=", writer)
      .where(place, "<=", last)
      .orderBy(place)
      .orderBy("number")
      .limit(pageSize);
    if (before === undefined) query = query.where(place, ">", after);
    else if (writer === 0) query = query.where("number", ">", before.number);
    else query = query.where(sql<boolean>`(place, number) > (${before.place}, ${before.number})`);
    const rows = await query.execute();
    if (rows.length === 0) return;
    yield rows;
    before = rows.at(-1);
    await setImmediate();
  }
}
