import type { Kysely } from "kysely";
import type { StoreSchema } from "../store-schema.js";

// number of rows whose dates are read together
const page = 5_000;

/**
 * Returns the place of the newest row to remove from a chain, in which only the oldest rows can be removed. Since a
 * clock may have been wrong, the rows need not be in the order of their dates: the result is the place for which the
 * fewest rows are removed too early or kept too long. If there are several such places, the oldest is returned.
 */
export async function lastBefore(db: Kysely<StoreSchema>, writer: number, before: Date): Promise<number | undefined> {
  // the rows of writer 0 have no place, only a number
  const column = writer === 0 ? "number" : "place";
  const rowsOf = db.selectFrom("bookend_audit").where("writer", "=", writer);
  const { newest } = await rowsOf
    .select(({ fn }) => fn.max(column).as("newest"))
    .where("startdate", "<", before.getTime())
    .$castTo<{ newest: number | null }>()
    .executeTakeFirstOrThrow();
  let last: number | undefined;
  // among the rows so far, the number of those that began before the time, minus the number of the others
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
    // the rows may be gone, since other processes may also prune
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
