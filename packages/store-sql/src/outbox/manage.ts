import type {
  DeliveryAttempt,
  DeliveryEngine,
  DeliveryFilter,
  DeliveryRecord,
  DeliverySelection,
  DeliveryState,
  Destination,
  DurableOutbox,
} from "@bookend/core";
import { problemMessage, publishOutboxEvent } from "@bookend/core";
import { type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { circuitState, closedCircuit } from "./circuit.js";
import { deliveryPlans } from "./delivery-plans.js";
import { type DeliveryAttemptTable, type DeliveryHead, headColumns, metaOf, recordOf } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";
import type { Outcomes } from "./outcomes.js";
import { receiptsOf } from "./receipts.js";
import { removeEnded } from "./sweep.js";

/** Most ids of a filter, deliveries of a page, and ids of an answer. */
const most = 1_000;

/** How often a cancellation looks for what came to wait again. */
const cancelRounds = 5;

/** Rows that one step of a replay or cancellation changes. */
const stepSize = 500;

/** What operators do. */
export type Management = Pick<
  DurableOutbox,
  "list" | "get" | "counts" | "replay" | "cancel" | "destinations" | "resume" | "prune"
>;

/** What management works with. */
export interface ManagementContext {
  readonly database: Database<StoreSchema>;
  readonly outcomes: Outcomes;
  readonly engine: DeliveryEngine | undefined;
  readonly maxAgeMs: number;
  now(): number;
  /** Something may be due. */
  wake(): void;
}

/** See {@link Management}. */
export function deliveryManagement(context: ManagementContext): Management {
  const { database, outcomes, engine, maxAgeMs, now, wake } = context;
  const { db, dialect, reader } = database;
  const { state } = deliveryPlans(dialect);
  const stateOf = sql<DeliveryState>`${state("bookend_delivery")}`;

  async function replayRows(rows: readonly DeliveryHead[]): Promise<void> {
    const time = now();
    const list = jsonRows(
      dialect,
      rows.map((row) => ({ seq: row.seq, expires: time + Math.trunc(metaOf(row).retry.maxAgeMs ?? maxAgeMs) })),
      { seq: "bigint", expires: "bigint" },
    );
    const replayed = await transact(db, async (trx) => {
      const { rows: written } = await sql<DeliveryHead>`
        update bookend_delivery set state = 'waiting', due = cast(${time} as bigint), ended = null, reason = null,
          replayed_at = bookend_delivery.attempt, cancelling = 0, expires = v.expires
        from ${list} where bookend_delivery.seq = v.seq and ${stateOf} in (${sql.join(replayable)})
        returning bookend_delivery.id, bookend_delivery.attempt, bookend_delivery.destination`.execute(trx);
      if (engine?.transactional) await engine.schedule(dueNow(written, time), trx);
      return written;
    });
    if (engine && !engine.transactional) await engine.schedule(dueNow(replayed, time));
  }

  /**
   * Ends what waits. What is being sent ends with its try. One may come to be sent, or to wait again, between two statements: then it is looked at
   * once more.
   */
  async function cancelRows(rows: readonly DeliveryHead[]): Promise<void> {
    const seqs = rows.map(({ seq }) => seq);
    for (let waiting = rows.filter(({ state }) => state === "waiting"), round = 0; round < cancelRounds; round += 1) {
      await outcomes.end({ rows: waiting, state: "cancelled", reason: "cancelled", keepsPayload: true, now: now() });
      await db
        .updateTable("bookend_delivery")
        .set({ cancelling: 1 })
        .where("seq", "in", seqs)
        .where(stateOf, "=", "sending")
        .execute();
      waiting = await db
        .selectFrom("bookend_delivery")
        .select(headColumns)
        .where("seq", "in", seqs)
        .where(stateOf, "=", "waiting")
        .execute();
      if (waiting.length === 0) return;
    }
  }

  /** Changes what a filter selects, in steps, each of which leaves nothing for the next to find again. */
  async function change(
    filter: DeliveryFilter,
    states: readonly DeliveryState[],
    hasPayload: boolean,
    dryRun: boolean,
    apply: (rows: readonly DeliveryHead[]) => Promise<void>,
  ): Promise<DeliverySelection> {
    const { states: given = states, ...wanted } = checkFilter(filter);
    const changing = given.filter((state) => states.includes(state));
    if (changing.length === 0) return { count: 0, ids: [] };
    const ids: string[] = [];
    let count = 0;
    for (let after = 0; ; ) {
      // in the order of their numbers, so that no step reads again what one before it has read
      const selected = where(db.selectFrom("bookend_delivery"), wanted).where(stateOf, "in", changing);
      const usable = hasPayload ? selected.where("payload", "is not", null) : selected;
      const rows = await usable.select(headColumns).where("seq", ">", after).orderBy("seq").limit(stepSize).execute();
      if (rows.length === 0) return { count, ids };
      if (!dryRun) await apply(rows);
      count += rows.length;
      ids.push(...rows.slice(0, most - ids.length).map(({ id }) => id));
      after = rows[rows.length - 1]?.seq ?? after;
    }
  }

  return {
    async list(filter = {}, { cursor, size = 50 } = {}) {
      if (!Number.isInteger(size) || size < 1 || size > most) throw invalid("size", `an integer from 1 to ${most}`);
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw invalid("cursor", "what the page before gave as next");
      const selected = where(reader.selectFrom("bookend_delivery"), checkFilter(filter)).select(headColumns);
      const rows = await (cursor === undefined ? selected : selected.where("seq", "<", Number(cursor)))
        .orderBy("seq", "desc")
        .limit(size + 1)
        .execute();
      const listed = rows.slice(0, size);
      const receipts = await receiptsOf(reader, sentOf(listed));
      const deliveries: DeliveryRecord[] = listed.map((row) => recordOf(row, receipts.get(row.seq)));
      const last = rows[size - 1];
      return { deliveries, ...(rows.length > size && last && { next: String(last.seq) }) };
    },
    async get(id) {
      // one statement, so that a try is never told without the state that it led to
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
        delivery: recordOf(row, receipts.get(row.seq)),
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
    async replay(filter, { dryRun = false } = {}) {
      const selection = await change(filter, replayable, true, dryRun, replayRows);
      if (!dryRun) wake();
      return selection;
    },
    cancel: (filter, { dryRun = false } = {}) => change(filter, ["waiting", "sending"], false, dryRun, cancelRows),
    async destinations() {
      const { rows } = await sql<DestinationCounts>`
        select destination as name, sum(case when state = 'waiting' then 1 else 0 end) as waiting,
          sum(case when state = 'sending' then 1 else 0 end) as sending, min(case when state = 'waiting' then due end) as oldest
        from bookend_delivery where state in ('waiting', 'sending') group by destination`.execute(reader);
      const circuits = await reader.selectFrom("bookend_destination").selectAll().execute();
      const counted = new Map(rows.map((row) => [row.name, row]));
      const known = new Map(circuits.map((circuit) => [circuit.name, circuit]));
      const names = [...new Set([...counted.keys(), ...known.keys()])].sort();
      return names.map((name): Destination => {
        const circuit = known.get(name) ?? closedCircuit(name);
        const { waiting = 0, sending = 0, oldest = null } = counted.get(name) ?? {};
        const state = circuitState(circuit, now());
        return {
          name,
          state,
          ...(state === "paused" && circuit.paused_until !== null && { pausedUntil: new Date(circuit.paused_until) }),
          failures: circuit.failures,
          waiting: Number(waiting),
          sending: Number(sending),
          ...(oldest !== null && { oldestWaiting: new Date(oldest) }),
        };
      });
    },
    async resume(name) {
      const { name: _, ...open } = closedCircuit(name);
      await db.updateTable("bookend_destination").set(open).where("name", "=", name).execute();
      const destination = (await this.destinations()).find((one) => one.name === name);
      if (destination) {
        publishOutboxEvent({ type: "destination", name, state: "open" });
        wake();
      }
      return destination;
    },
    async prune({ before }) {
      if (!(before instanceof Date && Number.isFinite(before.getTime()))) throw invalid("before", "a date");
      return { removed: await removeEnded(db, before.getTime()) };
    },
  };
}

/** The columns of a try next to those of its delivery; null where it was never tried. */
type TriedColumns = {
  readonly [Column in keyof DeliveryAttemptTable as `tried_${Column}`]: DeliveryAttemptTable[Column] | null;
};

/** The try of a row, if there is one. */
function attemptsOf(row: Omit<TriedColumns, "tried_delivery">): readonly DeliveryAttempt[] {
  const { tried_attempt: attempt, tried_at: at, tried_ms: durationMs, tried_outcome: outcome } = row;
  const { tried_reason: reason, tried_node: node } = row;
  if (attempt === null || at === null || durationMs === null || outcome === null || node === null) return [];
  return [{ attempt, time: new Date(at), durationMs, outcome, ...(reason !== null && { reason }), node }];
}

/** The numbers of those that a receipt may be of. */
function sentOf(rows: readonly DeliveryHead[]): readonly number[] {
  return rows.filter(({ state }) => state === "sent").map(({ seq }) => seq);
}

interface DestinationCounts {
  readonly name: string;
  readonly waiting: number;
  readonly sending: number;
  readonly oldest: number | null;
}

const replayable: readonly DeliveryState[] = ["dead", "cancelled", "sent"];

const allStates: readonly string[] = ["waiting", "sending", "sent", "dead", "cancelled"];

function dueNow(rows: readonly Pick<DeliveryHead, "id" | "attempt" | "destination">[], time: number) {
  return rows.map(({ id, attempt, destination }) => ({ id, attempt: attempt + 1, due: new Date(time), destination }));
}

function where<O>(
  query: SelectQueryBuilder<StoreSchema, "bookend_delivery", O>,
  { ids, states, kind, destination, bindingId, callId, from, to }: DeliveryFilter,
): SelectQueryBuilder<StoreSchema, "bookend_delivery", O> {
  let selected = query;
  if (ids) selected = ids.length === 0 ? selected.where(sql<boolean>`1 = 0`) : selected.where("id", "in", ids);
  if (states)
    selected = states.length === 0 ? selected.where(sql<boolean>`1 = 0`) : selected.where("state", "in", states);
  if (kind !== undefined) selected = selected.where("kind", "=", kind);
  if (destination !== undefined) selected = selected.where("destination", "=", destination);
  if (bindingId !== undefined) selected = selected.where("binding", "=", bindingId);
  if (callId !== undefined) selected = selected.where("call", "=", callId);
  if (from) selected = selected.where("created", ">=", from.getTime());
  if (to) selected = selected.where("created", "<", to.getTime());
  return selected;
}

/** @throws {StoreError} OUTBOX_OPTION_INVALID */
function checkFilter(filter: DeliveryFilter): DeliveryFilter {
  const { ids, states, bindingId, from, to } = filter;
  if (ids && ids.length > most) throw invalid("ids", `at most ${most} ids`);
  if (states?.some((state) => !allStates.includes(state))) throw invalid("states", allStates.join(", "));
  if (bindingId !== undefined && !Number.isSafeInteger(bindingId)) throw invalid("bindingId", "an integer");
  for (const [name, date] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (date && !Number.isFinite(date.getTime())) throw invalid(name, "a date");
  }
  return filter;
}

function invalid(field: string, allowed: string): StoreError {
  return new StoreError("OUTBOX_OPTION_INVALID", problemMessage("it is not valid", allowed, field));
}
