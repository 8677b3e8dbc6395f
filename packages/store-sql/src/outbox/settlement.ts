import { createHash, randomUUID } from "node:crypto";
import { type AuditStart, createId, type DueDelivery, type SendResult } from "@bookend/core";
import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { type CircuitOptions, circuitAfter, circuitState, closedCircuit } from "./circuit.js";
import { metaOf } from "./delivery-meta.js";
import type { TriedRow } from "./delivery-row.js";
import { abandonedResult, type Settled } from "./next-try.js";

/** An attempt that has ended, to be written. */
export interface EndedTry {
  readonly row: TriedRow;
  readonly result: SendResult;
  readonly settled: Settled;
  /** When it began, in milliseconds since 1970, and how many milliseconds it ran. */
  readonly at: number;
  readonly ms: number;
  /** When it ended, in milliseconds since 1970. */
  readonly now: number;
}

/** A destination whose circuit has changed its state. */
export interface ChangedDestination {
  readonly name: string;
  readonly state: "open" | "paused" | "disabled";
}

/** Dependencies for writing settlements. */
export interface SettlementOptions {
  readonly database: Database<StoreSchema>;
  /** The name of this process in claims. */
  readonly owner: string;
  readonly node: string;
  readonly circuit: CircuitOptions;
  /** Whether payloads of sent deliveries are kept. */
  readonly keepsSent: boolean;
}

/** Writes the circuits that some attempts change, and returns the destinations whose state changed. */
export async function writeCircuits(
  trx: Transaction<StoreSchema>,
  tries: readonly EndedTry[],
  { circuit: options, database: { dialect } }: SettlementOptions,
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

/** Returns the beginning of the audit entry of a completed delivery. The parent of the entry is the call. */
export function auditStartOf(row: Omit<TriedRow, "owner">, at: number): AuditStart {
  const { event, bindingName } = metaOf(row);
  const [handler = "", kind = ""] = row.kind.split("/");
  return {
    id: createId(),
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

/** Returns the next attempt of a delivery, as an engine receives it. */
export function dueOf(
  row: Pick<TriedRow, "id" | "attempt" | "destination">,
  { due }: Pick<Settled, "due">,
): DueDelivery {
  return { id: row.id, attempt: row.attempt + 1, due: new Date(due), destination: row.destination };
}

/** Returns a unique name for this process. */
export function ownerOf(node: string): string {
  const suffix = createHash("sha256").update(randomUUID()).digest("hex").slice(0, 12);
  return `${node}:${process.pid}:${suffix}`;
}
