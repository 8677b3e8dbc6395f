import { createHash, randomUUID } from "node:crypto";
import type { AuditStart, DueDelivery, SendResult } from "@bookend/core";
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { DialectName } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { type CircuitOptions, circuitAfter, circuitState, closedCircuit } from "./circuit.js";
import { deliveryPlans } from "./delivery-plans.js";
import { metaOf, type TriedRow } from "./delivery-row.js";
import { executorOf, hotStatement } from "./hot-statement.js";
import { jsonRows, rowsOfJson } from "./json-rows.js";
import { abandonedResult, type Settled } from "./next-try.js";

/** A try that ended, to be written. */
export interface EndedTry {
  readonly row: TriedRow;
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
  /** The name of this process in claims. */
  readonly owner: string;
  readonly node: string;
  readonly circuit: CircuitOptions;
  /** Whether payloads of what was sent are kept. */
  readonly keepsSent: boolean;
}

const settledColumns = {
  seq: "bigint",
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

/** Writes how tries ended. */
export interface TryWriter {
  /**
   * Writes each, only if its process still holds the claim and if nobody cancelled it without that being known here. Resolves with whether all of
   * them were written; if not, the transaction must be rolled back.
   */
  write(trx: Transaction<StoreSchema>, tries: readonly EndedTry[]): Promise<boolean>;
  /** Those of them that cannot be written. */
  unwritten(trx: Transaction<StoreSchema>, tries: readonly EndedTry[]): Promise<Unwritten>;
}

interface TryValues {
  /** JSON. */
  readonly tries: string;
  /** Of all claims. */
  readonly owner: string;
  readonly node: string;
}

/** See {@link TryWriter}. */
export function tryWriter({ dialect, owner, node, keepsSent }: SettlementOptions): TryWriter {
  const { state } = deliveryPlans(dialect);
  /** The rows `v` of tries whose claims are held. */
  const held = (value: (name: "owner") => RawBuilder<unknown>) =>
    sql`bookend_delivery.seq = v.seq and ${state("bookend_delivery")} = 'sending' and bookend_delivery.owner = ${value("owner")}
      and bookend_delivery.attempt = v.attempt`;
  const update = (rows: RawBuilder<unknown>, value: (name: "owner") => RawBuilder<unknown>) => sql`
    update bookend_delivery set state = v.state, due = v.due, reason = v.reason, ended = v.ended, owner = null, lease = null, cancelling = 0,
      payload = case when v.keeps = 1 then payload end
    from ${rows} where ${held(value)} and (bookend_delivery.cancelling = 0 or v.state in ('sent', 'cancelled'))`;
  const insert = (rows: RawBuilder<unknown>, value: (name: "node") => RawBuilder<unknown>) => sql`
    insert into bookend_delivery_attempt (delivery, attempt, at, ms, outcome, reason, node)
    select v.seq, v.attempt, v.at, v.ms, v.outcome, v.reason, ${value("node")} from ${rows}
    where true on conflict (delivery, attempt) do nothing`;
  const given = (value: (name: "tries") => RawBuilder<unknown>) => rowsOfJson(dialect, value("tries"), settledColumns);
  const updateTries = hotStatement<Omit<TryValues, "node">>((value) => update(given(value), value));
  const insertTries = hotStatement<Omit<TryValues, "owner">>((value) => insert(given(value), value));
  const writeAtOnce = hotStatement<TryValues, { count: number }>(
    (value) => sql`
      with v as materialized (select * from ${given(value)}),
        written as (${update(sql`v`, value)} returning bookend_delivery.seq),
        tried as (${insert(sql`v`, (name) => sql`cast(${value(name)} as text)`)})
      select count(*) as count from written`,
  );
  return {
    async write(transaction, tries) {
      const trx = executorOf(transaction);
      const values = { tries: JSON.stringify(tries.map((one) => valuesOf(one, keepsSent))), owner, node };
      if (dialect === "postgres") {
        const { rows } = await writeAtOnce(trx, values);
        return rows[0]?.count === tries.length;
      }
      if ((await updateTries(trx, values)).count !== tries.length) return false;
      await insertTries(trx, values);
      return true;
    },
    async unwritten(trx, tries) {
      const rows = jsonRows(
        dialect,
        tries.map(({ row: { seq, attempt }, settled }) => ({ seq, attempt, state: settled.state })),
        { seq: "bigint", attempt: "bigint", state: "text" },
      );
      const { rows: found } = await sql<{ seq: number; ends: number }>`
        select v.seq, case when bookend_delivery.cancelling = 0 or v.state in ('sent', 'cancelled') then 0 else 1 end as ends
        from bookend_delivery, ${rows} where ${held(() => sql`${owner}`)}`.execute(trx);
      const holds = new Set(found.map(({ seq }) => seq));
      return {
        lost: new Set(tries.map(({ row }) => row.seq).filter((seq) => !holds.has(seq))),
        cancelled: new Set(found.filter(({ ends }) => Number(ends) === 1).map(({ seq }) => seq)),
      };
    },
  };
}

function valuesOf({ row, result, settled, at, ms, now }: EndedTry, keepsSent: boolean) {
  const { state, due, reason, isUseless } = settled;
  return {
    seq: row.seq,
    attempt: row.attempt,
    state,
    due,
    reason,
    ended: state === "waiting" ? null : now,
    keeps: isUseless || (state === "sent" && !keepsSent) ? 0 : 1,
    at,
    ms: Math.round(ms),
    outcome: result.status === "sent" ? "sent" : result.uncertain ? "uncertain" : "failed",
  } satisfies Record<keyof typeof settledColumns, unknown>;
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
export function auditStartOf(row: Omit<TriedRow, "owner">, at: number): AuditStart {
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
export function dueOf(
  row: Pick<TriedRow, "id" | "attempt" | "destination">,
  { due }: Pick<Settled, "due">,
): DueDelivery {
  return { id: row.id, attempt: row.attempt + 1, due: new Date(due), destination: row.destination };
}

/** A name of a process that no other has. */
export function ownerOf(node: string): string {
  const suffix = createHash("sha256").update(randomUUID()).digest("hex").slice(0, 12);
  return `${node}:${process.pid}:${suffix}`;
}
