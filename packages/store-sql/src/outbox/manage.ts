import type {
  AnyDeliveryKind,
  DeliveryAttempt,
  DeliveryChoice,
  DeliveryEngine,
  DeliveryRecord,
  DeliverySelection,
  DeliveryState,
  DurableOutbox,
} from "@bookend/core";
import { publishOutboxEvent } from "@bookend/core";
import { type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { closedCircuit } from "./circuit.js";
import { checkChoice, checkFilter, invalidOption, matching, most, sizeOf } from "./delivery-filter.js";
import { metaOf } from "./delivery-meta.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type DeliveryAttemptTable, type DeliveryHead, headColumns, recordOf } from "./delivery-row.js";
import { destinationsOf } from "./destinations.js";
import { jsonRows } from "./json-rows.js";
import { obstacleOf } from "./obstacle.js";
import type { Outcomes } from "./outcomes.js";
import { receiptsOf } from "./receipts.js";
import { removeEnded } from "./sweep.js";

/** Maximum number of times that a cancellation searches for deliveries that have begun to wait again. */
const cancelRounds = 5;

/** Number of rows that one step of a change writes. */
const stepSize = 500;

/** The part of an outbox with which operators inspect and change deliveries. */
export type Management = Pick<
  DurableOutbox,
  "list" | "get" | "counts" | "replay" | "cancel" | "hasten" | "destinations" | "resume" | "prune"
>;

/** Dependencies of management. */
export interface ManagementContext {
  readonly database: Database<StoreSchema>;
  readonly outcomes: Outcomes;
  readonly engine: DeliveryEngine | undefined;
  /** Kinds that this process can send. */
  readonly kinds: ReadonlyMap<string, AnyDeliveryKind>;
  readonly maxAgeMs: number;
  now(): number;
  /** Called when a delivery may be due. */
  wake(): void;
}

/**
 * Writes a change to some deliveries; resolves to the numbers of those that it affected, since others may have changed
 * after they were read.
 */
type Change = (rows: readonly DeliveryHead[]) => Promise<ReadonlySet<number>>;

/** Deliveries that a change can affect. */
interface Changeable {
  readonly states: readonly DeliveryState[];
  /** Additional conditions. */
  readonly only?: (selected: Selected) => Selected;
}

type Selected = SelectQueryBuilder<StoreSchema, "bookend_delivery", unknown>;

/** Creates {@link Management}. */
export function deliveryManagement(context: ManagementContext): Management {
  const { database, outcomes, engine, kinds, maxAgeMs, now, wake } = context;
  const { db, dialect, reader } = database;
  const { state } = deliveryPlans(dialect);
  const stateOf = sql<DeliveryState>`${state("bookend_delivery")}`;
  const destinations = destinationsOf(database, now);
  const seqsOf = (rows: readonly Pick<DeliveryHead, "seq">[]) => new Set(rows.map(({ seq }) => seq));

  const replayRows: Change = async (rows) => {
    const time = now();
    const list = jsonRows(
      dialect,
      rows.map((row) => ({ seq: row.seq, expires: time + Math.trunc(metaOf(row).retry.maxAgeMs ?? maxAgeMs) })),
      { seq: "bigint", expires: "bigint" },
    );
    const replayed = await transact(db, async (trx) => {
      // the payload of a delivery may have been erased after its row was read
      const { rows: written } = await sql<ChangedRow>`
        update bookend_delivery set state = 'waiting', due = cast(${time} as bigint), ended = null, reason = null,
          replayed_at = bookend_delivery.attempt, cancelling = 0, expires = v.expires
        from ${list} where bookend_delivery.seq = v.seq and ${stateOf} in (${sql.join(replayable.states)})
          and bookend_delivery.payload is not null
        returning ${changedColumns}`.execute(trx);
      if (engine?.transactional) await engine.schedule(dueNow(written, time), trx);
      return written;
    });
    if (engine && !engine.transactional) await engine.schedule(dueNow(replayed, time));
    return seqsOf(replayed);
  };

  /**
   * Ends waiting deliveries; those that are being sent end with their attempt. A delivery may begin to be sent, or to
   * wait again, between two statements, so they are searched for again.
   */
  const cancelRows: Change = async (rows) => {
    const affected = new Set<number>();
    const seqs = rows.map(({ seq }) => seq);
    for (let waiting = rows.filter(({ state }) => state === "waiting"), round = 0; round < cancelRounds; round += 1) {
      const end = { rows: waiting, state: "cancelled", reason: "cancelled", keepsPayload: true, now: now() } as const;
      for (const seq of await outcomes.end(end)) affected.add(seq);
      const sending = await db
        .updateTable("bookend_delivery")
        .set({ cancelling: 1 })
        .where("seq", "in", seqs)
        .where(stateOf, "=", "sending")
        .returning("seq")
        .execute();
      for (const { seq } of sending) affected.add(seq);
      waiting = await db
        .selectFrom("bookend_delivery")
        .select(headColumns)
        .where("seq", "in", seqs)
        .where(stateOf, "=", "waiting")
        .execute();
      if (waiting.length === 0) break;
    }
    return affected;
  };

  const hastenRows: Change = async (rows) => {
    const time = now();
    const hastened = await transact(db, async (trx) => {
      const { rows: written } = await sql<ChangedRow>`
        update bookend_delivery set due = case when due > ${time} then cast(${time} as bigint) else due end
        where ${stateOf} = 'waiting' and seq in (${sql.join(rows.map(({ seq }) => seq))})
        returning ${changedColumns}`.execute(trx);
      if (engine?.transactional) await engine.schedule(dueNow(written, time), trx);
      const names = [...new Set(written.map(({ destination }) => destination))];
      if (names.length === 0) return { written, opened: [] };
      // the failures of a destination are kept, since one attempt will show whether it is reachable again
      const opened = await trx
        .updateTable("bookend_destination")
        .set({ paused_until: null })
        .where("name", "in", names)
        .where("disabled", "=", 0)
        .where("paused_until", ">", time)
        .returning("name")
        .execute();
      return { written, opened };
    });
    for (const { name } of hastened.opened) publishOutboxEvent({ type: "destination", name, state: "open" });
    if (engine && !engine.transactional) await engine.schedule(dueNow(hastened.written, time));
    return seqsOf(hastened.written);
  };

  /**
   * Returns the deliveries that wait for their next attempt, or for the end of a pause: not those whose first attempt
   * must not begin yet, or whose destination is disabled.
   */
  const hastenable = (): Changeable => ({
    states: ["waiting"],
    only: (selected) =>
      selected
        .where(sql<boolean>`(attempt > replayed_at or due <= ${now()})`)
        .where("destination", "not in", (from) =>
          from.selectFrom("bookend_destination").select("name").where("disabled", "=", 1),
        ),
  });

  /** Changes the selected deliveries in steps, none of which finds a delivery that an earlier one changed. */
  async function change(
    which: DeliveryChoice,
    { states, only = (selected) => selected }: Changeable,
    apply: Change,
    { dryRun = false }: { readonly dryRun?: boolean | undefined } = {},
  ): Promise<DeliverySelection> {
    const { states: given = states, ...wanted } = checkChoice(which);
    const changing = given.filter((state) => states.includes(state));
    if (changing.length === 0) return { count: 0, ids: [] };
    const ids: string[] = [];
    let count = 0;
    for (let after = 0; ; ) {
      // in the order of their numbers, so that no step reads the rows of an earlier one again
      const selected = only(matching(db.selectFrom("bookend_delivery"), wanted).where(stateOf, "in", changing));
      const rows = await selected.select(headColumns).where("seq", ">", after).orderBy("seq").limit(stepSize).execute();
      if (rows.length === 0) break;
      const affected = dryRun ? seqsOf(rows) : await apply(rows);
      count += affected.size;
      for (const { seq, id } of rows) if (affected.has(seq) && ids.length < most) ids.push(id);
      after = rows[rows.length - 1]?.seq ?? after;
    }
    if (!dryRun) wake();
    return { count, ids };
  }

  /** Returns the reason why this process cannot send a waiting delivery. */
  const obstacle = (row: DeliveryHead) => (row.state === "waiting" ? obstacleOf(row, kinds) : undefined);

  return {
    async list(filter = {}, page = {}) {
      const size = sizeOf(page);
      const { cursor } = page;
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw invalidOption("cursor", "the value of `next` from the previous page");
      const selected = matching(reader.selectFrom("bookend_delivery"), checkFilter(filter)).select(headColumns);
      const rows = await (cursor === undefined ? selected : selected.where("seq", "<", Number(cursor)))
        .orderBy("seq", "desc")
        .limit(size + 1)
        .execute();
      const listed = rows.slice(0, size);
      const receipts = await receiptsOf(reader, sentOf(listed));
      const deliveries: DeliveryRecord[] = listed.map((row) => recordOf(row, receipts.get(row.seq), obstacle(row)));
      const last = rows[size - 1];
      return { deliveries, ...(rows.length > size && last && { next: String(last.seq) }) };
    },
    async get(id) {
      // one statement, so that an attempt is never shown without the state that it led to
      const rows = await reader
        .selectFrom("bookend_delivery")
        .leftJoin("bookend_delivery_attempt as tried", "tried.delivery", "bookend_delivery.seq")
        .select(headColumns.map((column) => `bookend_delivery.${column}` as const))
        .select([
          "tried.attempt as tried_attempt",
          "tried.at as tried_at",
          "tried.ms as tried_ms",
          "tried.outcome as tried_outcome",
          "tried.reason as tried_reason",
          "tried.node as tried_node",
        ])
        .where("bookend_delivery.id", "=", id)
        .orderBy("tried.attempt")
        .execute();
      const [row] = rows;
      if (row === undefined) return undefined;
      const receipts = await receiptsOf(reader, sentOf([row]));
      return {
        delivery: recordOf(row, receipts.get(row.seq), obstacle(row)),
        attempts: rows.flatMap(attemptsOf),
      };
    },
    async counts() {
      const counts: Record<DeliveryState, number> = { waiting: 0, sending: 0, sent: 0, dead: 0, cancelled: 0 };
      const { rows } = await sql<{ state: DeliveryState; count: number }>`
        select state, count(*) as count from bookend_delivery group by state`.execute(reader);
      for (const { state, count } of rows) counts[state] = Number(count);
      return counts;
    },
    replay: (which, options) => change(which, replayable, replayRows, options),
    cancel: (which, options) => change(which, { states: ["waiting", "sending"] }, cancelRows, options),
    hasten: (which, options) => change(which, hastenable(), hastenRows, options),
    destinations: (filter = {}, page = {}) => destinations.list(filter, page),
    async resume(name) {
      const { name: _, ...open } = closedCircuit(name);
      await db.updateTable("bookend_destination").set(open).where("name", "=", name).execute();
      const destination = await destinations.get(name);
      if (destination) {
        publishOutboxEvent({ type: "destination", name, state: "open" });
        wake();
      }
      return destination;
    },
    async prune({ before }) {
      if (!(before instanceof Date && Number.isFinite(before.getTime()))) throw invalidOption("before", "a date");
      return { removed: await removeEnded(db, before.getTime()) };
    },
  };
}

/** The columns of an attempt next to those of its delivery; null if there was no attempt. */
type TriedColumns = {
  readonly [Column in keyof DeliveryAttemptTable as `tried_${Column}`]: DeliveryAttemptTable[Column] | null;
};

/** Returns the attempt of a row, if there is one. */
function attemptsOf(row: Omit<TriedColumns, "tried_delivery">): readonly DeliveryAttempt[] {
  const { tried_attempt: attempt, tried_at: at, tried_ms: durationMs, tried_outcome: outcome } = row;
  const { tried_reason: reason, tried_node: node } = row;
  if (attempt === null || at === null || durationMs === null || outcome === null || node === null) return [];
  return [{ attempt, time: new Date(at), durationMs, outcome, ...(reason !== null && { reason }), node }];
}

/** Returns the numbers of the deliveries to which a receipt may belong. */
function sentOf(rows: readonly DeliveryHead[]): readonly number[] {
  return rows.filter(({ state }) => state === "sent").map(({ seq }) => seq);
}

const replayable: Changeable = {
  states: ["dead", "cancelled", "sent"],
  only: (selected) => selected.where("payload", "is not", null),
};

/** The part of a changed delivery that an engine needs. */
type ChangedRow = Pick<DeliveryHead, "seq" | "id" | "attempt" | "destination">;

const changedColumns = sql.raw(
  "bookend_delivery.seq, bookend_delivery.id, bookend_delivery.attempt, bookend_delivery.destination",
);

function dueNow(rows: readonly ChangedRow[], time: number) {
  return rows.map(({ id, attempt, destination }) => ({ id, attempt: attempt + 1, due: new Date(time), destination }));
}
