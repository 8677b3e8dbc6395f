import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import type { AuditRow } from "./audit-row.js";

/** Rows behind `after` and up to `last`, in pages, by number. Between pages, other work of the process goes on. */
export async function* readPages(
  db: Kysely<StoreSchema>,
  { after, last, pageSize }: { readonly after: number; readonly last: number; readonly pageSize: number },
): AsyncGenerator<readonly AuditRow[], void, undefined> {
  let number = after;
  while (number < last) {
    const rows = await db
      .selectFrom("bookend_audit")
      .selectAll()
      .where("number", ">", number)
      .where("number", "<=", last)
      .orderBy("number")
      .limit(pageSize)
      .execute();
    const newest = rows.at(-1);
    if (newest === undefined) return;
    yield rows;
    number = newest.number;
    await setImmediate();
  }
}
