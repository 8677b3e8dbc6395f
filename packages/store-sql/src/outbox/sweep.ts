import { type Kysely, sql } from "kysely";
import type { Database } from "../database.js";
import { runStatement } from "../run-statement.js";
import { statement } from "../statement.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import type { HeldClaim } from "./claims.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type DeliveryHead, headColumns } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";

/** Number of rows that one step examines. */
const stepSize = 500;

/** The periodic work, which any process can do. */
export interface Sweeps {
  /**
   * Returns when the first lease expires, and when the first waiting delivery becomes too old. Both are usually in the
   * future, so that there is nothing to do.
   */
  first(): Promise<FirstEnds>;
  /**
   * Takes over deliveries whose lease has expired: those of processes that no longer renew it, and those that this
   * process claimed without learning that the claim was committed.
   */
  abandoned(
    claim: { readonly now: number; readonly owner: string; readonly lease: number },
    held: readonly HeldClaim[],
  ): Promise<readonly DeliveryHead[]>;
  /** Writes nothing, but resolves only if deliveries could be written. */
  prove(): Promise<void>;
  /** Finds deliveries that are too old to be sent. */
  expired(now: number): Promise<readonly DeliveryHead[]>;
  /**
   * Sets up to 500 deliveries to be due now if they were due before this time, no process has begun to send them, and
   * their destination is neither paused nor disabled.
   */
  overdue(before: number, now: number): Promise<readonly DeliveryHead[]>;
  /** Erases expired payloads, and removes expired deliveries and unknown receipts, until `stopped`. */
  tidy(ends: TidyEnds, stopped: () => boolean): Promise<void>;
}

/** Times in milliseconds since 1970; null if there is none. */
export interface FirstEnds {
  readonly lease: number | null;
  readonly expires: number | null;
}

/** Times before which deliveries ended, in milliseconds since 1970. */
export interface TidyEnds {
  readonly sent: number;
  readonly dead: number;
  readonly all: number;
  /** For unknown receipts, when they arrived. */
  readonly unknownReceipts: number;
}

const findFirstEnds = statement((_: Kysely<StoreSchema>, _values: object, dialect) => {
  const { by } = deliveryPlans(dialect);
  return sql<FirstEnds>`select (select min(lease) from bookend_delivery${by("sending")} where state = 'sending') as lease,
      (select min(expires) from bookend_delivery${by("expires")} where state = 'waiting') as expires`;
});

/** Creates the sweeps of a database. */
export function deliverySweeps(database: Database<StoreSchema>): Sweeps {
  const { db, dialect } = database;
  const skipLocked = dialect === "postgres" ? sql`for update skip locked` : sql``;
  const { by, state } = deliveryPlans(dialect);
  const ofDelivery = state("bookend_delivery");
  const heads = sql.join(headColumns.map((column) => sql.ref(column)));
  return {
    async first() {
      const { rows } = await runStatement(database, db, findFirstEnds, {});
      return rows[0] ?? { lease: null, expires: null };
    },
    async abandoned({ now, owner, lease }, held) {
      const own = jsonRows(dialect, held, { seq: "bigint" });
      const { rows: found } = await sql<DeliveryHead>`
        update bookend_delivery set owner = ${owner}, lease = cast(${lease} as bigint) where ${ofDelivery} = 'sending' and seq in (
          select seq from bookend_delivery${by("sending")} where state = 'sending' and lease < ${now}
            and (owner <> ${owner} or seq not in (select v.seq from ${own}))
          order by lease limit ${stepSize} ${skipLocked}
        ) returning ${heads}`.execute(db);
      return found;
    },
    async prove() {
      await sql`update bookend_delivery set owner = owner where 1 = 0`.execute(db);
    },
    async expired(now) {
      const { rows: found } = await sql<DeliveryHead>`
        select ${heads} from bookend_delivery${by("expires")} where state = 'waiting' and expires <= ${now}
        order by expires limit ${stepSize}`.execute(db);
      return found;
    },
    async overdue(before, now) {
      const { rows: found } = await sql<DeliveryHead>`
        update bookend_delivery set due = ${now} where ${ofDelivery} = 'waiting' and seq in (
          select x.seq from bookend_delivery as x${by("due")} left join bookend_destination as c on c.name = x.destination
          where x.state = 'waiting' and x.due <= ${before}
            and (c.name is null or (c.disabled = 0 and (c.paused_until is null or c.paused_until <= ${now})))
          order by x.due, x.seq limit ${stepSize}
        ) returning ${heads}`.execute(db);
      return found;
    },
    async tidy({ sent, dead, all, unknownReceipts }, stopped) {
      for (const [ended, before] of [
        ["sent", sent],
        ["dead", dead],
        ["cancelled", dead],
      ] as const) {
        for (let count = stepSize; count === stepSize && !stopped(); ) {
          // repeats the conditions for the rows to write, since some may have been replayed in the meantime
          const { numAffectedRows = 0n } = await sql`
            update bookend_delivery set payload = null where ${ofDelivery} = ${ended} and ended < ${before} and seq in (
              select seq from bookend_delivery${by("kept")}
              where state = ${ended} and ended is not null and ended < ${before} and payload is not null
              order by ended limit ${stepSize})`.execute(db);
          count = Number(numAffectedRows);
        }
      }
      await removeEnded(db, all, stopped);
      await db
        .deleteFrom("bookend_delivery_receipt")
        .where("delivery", "is", null)
        .where("made", "<", unknownReceipts)
        .execute();
    },
  };
}

/** Removes deliveries that ended before a time, with their attempts, in steps; resolves to their number. */
export async function removeEnded(
  db: Database<StoreSchema>["db"],
  before: number,
  stopped = () => false,
): Promise<number> {
  let removed = 0;
  while (!stopped()) {
    const count = await transact(db, async (trx) => {
      const ended = trx.selectFrom("bookend_delivery").select("seq").where("ended", "<", before).limit(stepSize);
      const gone = await trx
        .deleteFrom("bookend_delivery")
        .where("seq", "in", ended)
        // repeats the condition: the delivery may have been replayed in the meantime
        .where("ended", "<", before)
        .returning("seq")
        .execute();
      if (gone.length === 0) return 0;
      const seqs = gone.map(({ seq }) => seq);
      await trx.deleteFrom("bookend_delivery_attempt").where("delivery", "in", seqs).execute();
      await trx.deleteFrom("bookend_delivery_receipt").where("delivery", "in", seqs).execute();
      return gone.length;
    });
    if (count === 0) break;
    removed += count;
  }
  return removed;
}
