import { sql } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import type { DeliveryRow } from "./delivery-row.js";

/** Rows that one step looks at. */
const stepSize = 500;

/** What is done now and then, whoever sends. */
export interface Sweeps {
  /** Takes over deliveries of processes that have not been heard of since their lease ended. */
  abandoned(now: number, owner: string, lease: number): Promise<readonly DeliveryRow[]>;
  /** Deliveries that are too old to be sent. */
  expired(now: number): Promise<readonly DeliveryRow[]>;
  /** Deliveries that were due before this and that nobody has begun; they are due now. */
  overdue(before: number, now: number): Promise<readonly DeliveryRow[]>;
  /** Empties payloads that are not kept any longer, and removes deliveries that are not. */
  tidy(ends: TidyEnds): Promise<void>;
}

/** Times before which something ended, in milliseconds since 1970. */
export interface TidyEnds {
  readonly sent: number;
  readonly dead: number;
  readonly all: number;
}

/** The sweeps of a database. */
export function deliverySweeps({ db, dialect }: Database<StoreSchema>): Sweeps {
  const skipLocked = dialect === "postgres" ? sql`for update skip locked` : sql``;
  const rows = () => db.selectFrom("bookend_delivery").selectAll().limit(stepSize);
  return {
    async abandoned(now, owner, lease) {
      const { rows: found } = await sql<DeliveryRow>`
        update bookend_delivery set owner = ${owner}, lease = cast(${lease} as bigint) where state = 'sending' and seq in (
          select seq from bookend_delivery where state = 'sending' and lease < ${now} and owner <> ${owner}
          order by lease limit ${stepSize} ${skipLocked}
        ) returning *`.execute(db);
      return found;
    },
    expired: (now) => rows().where("state", "=", "waiting").where("expires", "<=", now).orderBy("expires").execute(),
    async overdue(before, now) {
      const { rows: found } = await sql<DeliveryRow>`
        update bookend_delivery set due = ${now} where state = 'waiting' and seq in (
          select x.seq from bookend_delivery as x left join bookend_destination as c on c.name = x.destination
          where x.state = 'waiting' and x.due <= ${before}
            and (c.name is null or (c.disabled = 0 and (c.paused_until is null or c.paused_until <= ${now})))
          order by x.due, x.seq limit ${stepSize}
        ) returning *`.execute(db);
      return found;
    },
    async tidy({ sent, dead, all }) {
      await sql`
        update bookend_delivery set payload = null where seq in (
          select seq from bookend_delivery where ended is not null and payload is not null
            and ((state = 'sent' and ended < ${sent}) or (state <> 'sent' and ended < ${dead})) limit ${stepSize})`.execute(
        db,
      );
      await removeEnded(db, all);
    },
  };
}

/** Removes deliveries that ended before a time, a step at a time; resolves with how many. */
export async function removeEnded(db: Database<StoreSchema>["db"], before: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const ended = await db
      .selectFrom("bookend_delivery")
      .select("seq")
      .where("ended", "<", before)
      .limit(stepSize)
      .execute();
    if (ended.length === 0) return removed;
    const seqs = ended.map(({ seq }) => seq);
    await db.deleteFrom("bookend_delivery_attempt").where("delivery", "in", seqs).execute();
    await db.deleteFrom("bookend_delivery").where("seq", "in", seqs).execute();
    removed += ended.length;
    if (ended.length < stepSize) return removed;
  }
}
