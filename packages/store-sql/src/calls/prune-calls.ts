import type { Kysely } from "kysely";
import type { StoreSchema } from "../store-schema.js";

/** The limits of kept calls. */
export interface CallLimits {
  /**
   * Days that a call is kept.
   *
   * @default 7
   */
  readonly days?: number | undefined;
  /**
   * Maximum number of calls that are kept; the newest remain.
   *
   * @default 100_000
   */
  readonly calls?: number | undefined;
  /**
   * Maximum total size of all calls, in millions of characters of JSON.
   *
   * @default 1_000
   */
  readonly megabytes?: number | undefined;
}

const dayMs = 86_400_000;

/** Number of rows that one statement removes. Other work can run between statements. */
const slice = 500;

/** Removes the calls that exceed the limits, oldest first. Resolves to the number of calls removed. */
export async function pruneCalls(
  db: Kysely<StoreSchema>,
  { days = 7, calls = 100_000, megabytes = 1_000 }: CallLimits,
  now: Date,
): Promise<number> {
  const oldest = now.getTime() - days * dayMs;
  const kept = await db
    .selectFrom("bookend_call")
    .select((eb) => [eb.fn.countAll<number>().as("count"), eb.fn.sum<number>("size").as("size")])
    .where("time", ">=", oldest)
    .executeTakeFirstOrThrow();
  let tooMany = Math.max(0, Number(kept.count) - calls);
  let tooLong = Math.max(0, Number(kept.size ?? 0) - megabytes * 1_000_000);
  let removed = 0;
  for (;;) {
    const rows = await db
      .selectFrom("bookend_call")
      .select(["number", "time", "size"])
      .orderBy("time")
      .orderBy("number")
      .limit(slice)
      .execute();
    const gone: number[] = [];
    for (const { number, time, size } of rows) {
      if (Number(time) >= oldest) {
        if (tooMany <= 0 && tooLong <= 0) break;
        tooMany -= 1;
        tooLong -= Number(size);
      }
      gone.push(Number(number));
    }
    if (gone.length === 0) return removed;
    const { numDeletedRows } = await db.deleteFrom("bookend_call").where("number", "in", gone).executeTakeFirst();
    removed += Number(numDeletedRows);
    if (gone.length < slice) return removed;
  }
}
