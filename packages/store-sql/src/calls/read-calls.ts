import { problemMessage, type RecordedCall } from "@bookend/core";
import { type Kysely, sql } from "kysely";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { type RecordedCallSummary, summaryColumns, toCall, toSummary } from "./call-row.js";

/** Selects calls. */
export interface CallFilter {
  /** Calls of one of these events. @default any */
  readonly events?: readonly string[] | undefined;
  readonly from?: Date | undefined;
  /** Calls up to this time, inclusive. */
  readonly to?: Date | undefined;
}

/** A page of recorded calls, newest first. */
export interface CallPage {
  readonly calls: readonly RecordedCallSummary[];
  /** The cursor of the next page; absent on the last page. */
  readonly cursor?: string | undefined;
}

/** Number of calls that are read at a time, since each may be long. */
const readAtOnce = 100;

/** Maximum number of events in a filter. */
const maxEvents = 1_000;

function matching(db: Kysely<StoreSchema>, { events, from, to }: CallFilter) {
  if (events && events.length > maxEvents) {
    throw new StoreError(
      "CALL_FILTER_INVALID",
      problemMessage(`${events.length} are too many`, `up to ${maxEvents}`, "events"),
    );
  }
  return db
    .selectFrom("bookend_call")
    .$if(events !== undefined, (query) =>
      // PostgreSQL does not allow empty lists
      events?.length === 0 ? query.where(sql<boolean>`1 = 0`) : query.where("event", "in", events as readonly string[]),
    )
    .$if(from !== undefined, (query) => query.where("time", ">=", (from as Date).getTime()))
    .$if(to !== undefined, (query) => query.where("time", "<=", (to as Date).getTime()));
}

/** Returns a page of calls. @throws {StoreError} CALL_FILTER_INVALID */
export async function pageOfCalls(
  db: Kysely<StoreSchema>,
  filter: CallFilter,
  { cursor, size }: { readonly cursor?: string | undefined; readonly size: number },
): Promise<CallPage> {
  if (!Number.isInteger(size) || size < 1 || size > 1_000) {
    throw new StoreError("CALL_FILTER_INVALID", problemMessage(`${size} is not valid`, "1 to 1000", "size"));
  }
  const behind = cursor === undefined ? undefined : placeOf(cursor);
  const rows = await behindPlace(matching(db, filter), behind)
    .select(summaryColumns)
    .orderBy("time", "desc")
    .orderBy("number", "desc")
    .limit(size + 1)
    .execute();
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    calls: shown.map(toSummary),
    ...(rows.length > size && last && { cursor: `${last.time}-${last.number}` }),
  };
}

/** Returns the newest call with this id. */
export async function callById(db: Kysely<StoreSchema>, id: string): Promise<RecordedCall | undefined> {
  // no stored id contains a NUL character or an unpaired surrogate, and PostgreSQL refuses such parameters
  if (/[\0\p{Surrogate}]/u.test(id)) return undefined;
  const row = await db
    .selectFrom("bookend_call")
    .selectAll()
    .where("id", "=", id)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && toCall(row);
}

/** Counts calls, up to `most`. */
export async function countCalls(db: Kysely<StoreSchema>, filter: CallFilter, most: number): Promise<number> {
  const { count } = await db
    .selectFrom(matching(db, filter).select("number").limit(most).as("counted"))
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Yields up to `most` calls, newest first, and reads them as the caller iterates. */
export async function* readCalls(
  db: Kysely<StoreSchema>,
  filter: CallFilter,
  most: number,
): AsyncGenerator<RecordedCall, void, undefined> {
  let place: Place | undefined;
  for (let left = most; left > 0; ) {
    const rows = await behindPlace(matching(db, filter), place)
      .selectAll()
      .orderBy("time", "desc")
      .orderBy("number", "desc")
      .limit(Math.min(left, readAtOnce))
      .execute();
    for (const row of rows) yield toCall(row);
    const last = rows.at(-1);
    if (!last || rows.length < Math.min(left, readAtOnce)) return;
    place = { time: Number(last.time), number: Number(last.number) };
    left -= rows.length;
  }
}

interface Place {
  readonly time: number;
  readonly number: number;
}

function behindPlace(query: ReturnType<typeof matching>, place: Place | undefined): ReturnType<typeof matching> {
  if (!place) return query;
  const { time, number } = place;
  return query.where("time", "<=", time).where((eb) => eb.or([eb("time", "<", time), eb("number", "<", number)]));
}

function placeOf(cursor: string): Place {
  const [, time, number] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (time !== undefined && number !== undefined) return { time: Number(time), number: Number(number) };
  throw new StoreError(
    "CALL_FILTER_INVALID",
    problemMessage(`${JSON.stringify(cursor.slice(0, 100))} is not valid`, "the cursor of the previous page", "cursor"),
  );
}
