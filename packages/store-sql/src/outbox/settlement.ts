import { createHash, randomUUID } from "node:crypto";
import type { AuditStart, DueDelivery, SendResult } from "@bookend/core";
import { sql, type Transaction } from "kysely";
import type { DialectName } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { type CircuitOptions, circuitAfter, circuitState, closedCircuit } from "./circuit.js";
import { type DeliveryHead, metaOf } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";
import { abandonedResult, type Settled } from "./next-try.js";

/** A try that ended, to be written. */
export interface EndedTry {
  readonly row: DeliveryHead;
  readonly result: SendResult;
  readonly settled: Settled;
  /** When it began, and for how long it ran, in milliseconds. */
  readonly at: number;
  readonly ms: number;
  readonly now: number;
}

/** A destination whose circuit is in another state now. */
export interface ChangedDestination {
  readonly name: string;
  readonly state: "open" | "paused" | "disabled";
}

/** How settlements are written. */
export interface SettlementOptions {
  readonly dialect: DialectName;
  readonly node: string;
  readonly circuit: CircuitOptions;
  /** Whether payloads of what was sent are kept. */
  readonly keepsSent: boolean;
}

const settledColumns = {
  seq: "bigint",
  owner: "text",
  attempt: "bigint",
  state: "text",
  due: "bigint",
  reason: "text",
  ended: "bigint",
  keeps: "bigint",
  at: "bigint",
  ms: "bigint",
  outcome: "text",
} as const;

/** Tries that were not written, by the number of the delivery. */
export interface Unwritten {
  /** The claim is another process's by now. */
  readonly lost: ReadonlySet<number>;
  /** It was cancelled while it was being sent: it ends, and must be written so. */
  readonly cancelled: ReadonlySet<number>;
}

/** Writes how tries ended: each only if its process still holds the claim, and if nobody cancelled it without that being known here. */
export async function writeTries(
  trx: Transaction<StoreSchema>,
  tries: readonly EndedTry[],
  { dialect, node, keepsSent }: SettlementOptions,
): Promise<Unwritten> {
  const values = tries.map(({ row, result, settled, at, ms, now }) => ({
    seq: row.seq,
    owner: row.owner,
    attempt: row.attempt,
    state: settled.state,
    due: settled.due,
    reason: settled.reason,
    ended: settled.state === "waiting" ? null : now,
    keeps: settled.isUseless || (settled.state === "sent" && !keepsSent) ? 0 : 1,
    at,
    ms: Math.round(ms),
    outcome: result.status === "sent" ? "sent" : result.uncertain ? "uncertain" : "failed",
  }));
  const rows = jsonRows(dialect, values, settledColumns);
  const { rows: written } = await sql<{ seq: number }>`
    update bookend_delivery set state = v.state, due = v.due, reason = v.reason, ended = v.ended, owner = null, lease = null, cancelling = 0,
      payload = case when v.keeps = 1 then payload end
    from ${rows}
    where bookend_delivery.seq = v.seq and bookend_delivery.state = 'sending' and bookend_delivery.owner = v.owner
      and bookend_delivery.attempt = v.attempt and (bookend_delivery.cancelling = 0 or v.state in ('sent', 'cancelled'))
    returning bookend_delivery.seq`.execute(trx);
  const seqs = new Set(written.map(({ seq }) => seq));
  if (seqs.size > 0) {
    const kept = jsonRows(
      dialect,
      values.filter(({ seq }) => seqs.has(seq)),
      settledColumns,
    );
    await sql`
      insert into bookend_delivery_attempt (delivery, attempt, at, ms, outcome, reason, node)
      select v.seq, v.attempt, v.at, v.ms, v.outcome, v.reason, ${node} from ${kept}
      where true on conflict (delivery, attempt) do nothing`.execute(trx);
  }
  const unwritten = values.filter(({ seq }) => !seqs.has(seq));
  if (unwritten.length === 0) return { lost: new Set(), cancelled: new Set() };
  const asked = jsonRows(dialect, unwritten, { seq: "bigint", owner: "text", attempt: "bigint" });
  const { rows: held } = await sql<{ seq: number }>`
    select d.seq from bookend_delivery as d, ${asked}
    where d.seq = v.seq and d.state = 'sending' and d.owner = v.owner and d.attempt = v.attempt`.execute(trx);
  const cancelled = new Set(held.map(({ seq }) => seq));
  return { cancelled, lost: new Set(unwritten.map(({ seq }) => seq).filter((seq) => !cancelled.has(seq))) };
}

/** Writes the circuits of the destinations that some tries were for, where they change. */
export async function writeCircuits(
  trx: Transaction<StoreSchema>,
  tries: readonly EndedTry[],
  { circuit: options, dialect }: SettlementOptions,
): Promise<readonly ChangedDestination[]> {
  const told = tries.filter(({ result }) => result !== abandonedResult);
  if (told.length === 0) return [];
  const names = [...new Set(told.map(({ row }) => row.destination))];
  const select = trx.selectFrom("bookend_destination").selectAll().where("name", "in", names).orderBy("name");
  const found = await (dialect === "postgres" ? select.forUpdate() : select).execute();
  const before = new Map(found.map((row) => [row.name, row]));
  const after = new Map(before);
  for (const { row, result, now } of told) {
    const name = row.destination;
    after.set(name, circuitAfter(after.get(name) ?? closedCircuit(name), result, now, options));
  }
  const changed: ChangedDestination[] = [];
  const now = Math.max(...told.map((one) => one.now));
  for (const [name, circuit] of after) {
    const was = before.get(name) ?? closedCircuit(name);
    if (JSON.stringify(was) === JSON.stringify(circuit)) continue;
    const { name: _, ...values } = circuit;
    await trx
      .insertInto("bookend_destination")
      .values(circuit)
      .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
      .execute();
    const state = circuitState(circuit, now);
    const wasFailing = was.failures >= options.failures || was.disabled === 1;
    if (state !== "open" ? state !== circuitState(was, now) : wasFailing && circuit.failures === 0)
      changed.push({ name, state });
  }
  return changed;
}

/** The audit entry of a delivery that ended. Its parent is the call. */
export function auditStartOf(row: DeliveryHead, at: number): AuditStart {
  const { event, bindingName } = metaOf(row);
  const [handler = "", kind = ""] = row.kind.split("/");
  return {
    id: randomUUID(),
    parent: row.call,
    action: `DELIVERY ${event}>>${row.kind}`,
    event,
    position: "post",
    handler,
    handlerAction: kind,
    bindingId: row.binding,
    bindingName,
    startedAt: new Date(at),
  };
}

/** A try that is due, as an engine receives it. */
export function dueOf(row: DeliveryHead, { due }: Pick<Settled, "due">): DueDelivery {
  return { id: row.id, attempt: row.attempt + 1, due: new Date(due), destination: row.destination };
}

/** A name of a process that no other has. */
export function ownerOf(node: string): string {
  const suffix = createHash("sha256").update(randomUUID()).digest("hex").slice(0, 12);
  return `${node}:${process.pid}:${suffix}`;
}
