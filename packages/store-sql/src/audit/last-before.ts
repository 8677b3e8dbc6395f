import type { Kysely } from "kysely";
import type { StoreSchema } from "../store-schema.js";

// rows whose dates are read at once
const page = 5_000;

/**
 * Place of the newest row of a chain to remove: after it the chain is cut where the fewest rows are on the wrong side, so that a row that a wrong
 * clock dated too late does not keep all that follow, nor one that it dated too early remove all before it. Of several such places, the oldest.
 */
export async function lastBefore(db: Kysely<StoreSchema>, writer: number, before: Date): Promise<number | undefined> {
  // the rows of writer 0 have their number only
  const column = writer === 0 ? "number" : "place";
  const rowsOf = db.selectFrom("bookend_audit").where("writer", "=", writer);
  const { newest } = await rowsOf
    .select(({ fn }) => fn.max(column).as("newest"))
    .where("startdate", "<", before.getTime())
    .$castTo<{ newest: number | null }>()
    .executeTakeFirstOrThrow();
  let last: number | undefined;
  // of the rows so far: those that began before, less the others
  let surplus = 0;
  let most = 0;
  let place = 0;
  while (newest !== null && place < newest) {
    const rows = await rowsOf
      .select([`${column} as place`, "startdate"])
      .where(column, ">", place)
      .where(column, "<=", newest)
      .orderBy(column)
      .limit(page)
      .execute();
    // others prune too
    if (rows.length === 0) break;
    for (const row of rows) {
      place = row.place ?? 0;
      surplus += row.startdate < before.getTime() ? 1 : -1;
      if (surplus > most) {
        most = surplus;
        last = place;
      }
    }
  }
  return last;
}
