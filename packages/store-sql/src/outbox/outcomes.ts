import {
  type AuditSink,
  createId,
  type DeliveryEngine,
  type DueDelivery,
  type Logger,
  publishOutboxEvent,
} from "@bookend/core";
import { sql, type Transaction } from "kysely";
import type { JoinableUnit } from "../audit/audit-unit.js";
import type { JoinedWrite } from "../audit/audit-writer.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transactTogether } from "../transact-together.js";
import { deliveryPlans } from "./delivery-plans.js";
import type { DeliveryHead, TriedRow } from "./delivery-row.js";
import { jsonRows } from "./json-rows.js";
import { keepReferences } from "./receipts.js";
import { auditStartOf, dueOf, type EndedTry, type SettlementOptions, writeCircuits } from "./settlement.js";
import { tryWriter } from "./try-writer.js";

/** Deliveries that end without an attempt. `now` is in milliseconds since 1970. */
export interface EndedWaiting {
  readonly rows: readonly DeliveryHead[];
  readonly state: "dead" | "cancelled";
  readonly reason: string;
  readonly keepsPayload: boolean;
  readonly now: number;
}

/** Writes the results of deliveries, each together with its audit entry. */
export interface Outcomes {
  /**
   * Writes the results of attempts. Resolves to whether anything was written, including the changes of `claim`: nothing
   * is written if other processes now hold all of these deliveries.
   */
  settle(tries: readonly EndedTry[], claim?: JoinedWrite): Promise<boolean>;
  /** Ends waiting deliveries, and skips those that no longer wait. Resolves to the numbers of those that ended. */
  end(ended: EndedWaiting): Promise<ReadonlySet<number>>;
}

/** Dependencies for writing outcomes. */
export interface OutcomeContext extends SettlementOptions {
  readonly audit: AuditSink;
  readonly engine: DeliveryEngine | undefined;
  readonly logger: Logger | undefined;
}

/** Maximum number of deliveries that end in one transaction. */
const stepSize = 100;

interface Final {
  readonly row: Omit<TriedRow, "owner">;
  readonly state: "sent" | "dead" | "cancelled";
  readonly reason: string | null;
  readonly at: number;
  readonly ms: number;
}

/** Creates {@link Outcomes}. */
export function deliveryOutcomes(context: OutcomeContext): Outcomes {
  const { database, audit, engine, logger } = context;
  const { dialect } = database;
  const writer = tryWriter(context);

  /**
   * Runs a write in the transaction of audit entries. The write returns the deliveries that another process now holds
   * or has changed. If the audit log refuses entries, the deliveries still end.
   *
   * @throws {LostClaims} if the write returns any deliveries
   */
  async function audited(
    finals: readonly Final[],
    write: (trx: Transaction<StoreSchema>) => Promise<ReadonlySet<number>>,
  ): Promise<void> {
    const unit = audit.unit?.();
    const checked = async (trx: Transaction<StoreSchema>) => {
      const lost = await write(trx);
      if (lost.size > 0) throw new LostClaims(lost);
    };
    if (finals.length === 0) return transactTogether(database, checked);
    const opened = unit ?? audit;
    const entries = async () => {
      for (const { row, state, reason, at, ms } of finals) {
        const record = await opened.begin(auditStartOf(row, at));
        const details = { delivery: row.id, state, attempts: row.attempt };
        const end = { durationMs: ms, details, ...(reason !== null && { reason }) };
        await (state === "sent"
          ? record.success({ ...end, outcome: "done" })
          : record.failure({ ...end, outcome: "failed" }));
      }
    };
    if (!unit || !isJoinable(unit)) {
      await transactTogether(database, checked);
      await entries();
      await unit?.commit();
      return;
    }
    unit.join(checked);
    await entries();
    try {
      await unit.commit();
    } catch (error) {
      if (!(error instanceof StoreError && error.code.startsWith("AUDIT_"))) throw error;
      // a sent delivery must not be sent again only because the log cannot be written
      logger?.error({ code: error.code, deliveries: finals.length }, "deliveries ended without an audit entry");
      await transactTogether(database, checked);
    }
  }

  async function schedule(due: readonly DueDelivery[], trx?: Transaction<StoreSchema>): Promise<void> {
    if (!engine || due.length === 0 || engine.transactional !== (trx !== undefined)) return;
    await engine.schedule(due, trx);
  }

  return {
    async settle(tries, claim) {
      let mine = tries;
      let changed: Awaited<ReturnType<typeof writeCircuits>> = [];
      // the first round assumes that this process holds all claims; if one is not held, the next rounds find out which
      for (let looks = false; ; looks = true) {
        const finals = finalsOf(mine);
        const again = mine
          .filter(({ settled }) => settled.state === "waiting")
          .map(({ row, settled }) => dueOf(row, settled));
        try {
          await audited(finals, async (trx) => {
            if (looks) {
              const { lost, cancelled } = await writer.unwritten(trx, mine);
              if (cancelled.size > 0) throw new CancelledMeanwhile(cancelled);
              if (lost.size > 0) return lost;
            }
            if (!(await writer.write(trx, mine))) throw new CancelledMeanwhile(new Set());
            await keepReferences(trx, dialect, mine);
            changed = await writeCircuits(trx, mine, context);
            await schedule(again, trx);
            await claim?.(trx);
            return new Set();
          });
          await schedule(again);
          break;
        } catch (error) {
          if (error instanceof CancelledMeanwhile) {
            mine = mine.map((one) => (error.seqs.has(one.row.seq) ? asCancelled(one) : one));
            continue;
          }
          if (!(error instanceof LostClaims)) throw error;
          const lost = mine.filter(({ row }) => error.seqs.has(row.seq));
          publishOutboxEvent({ type: "lease-lost", count: lost.length });
          logger?.warn(
            { deliveries: lost.map(({ row }) => row.id) },
            "deliveries were taken over while they were being sent",
          );
          mine = mine.filter(({ row }) => !error.seqs.has(row.seq));
          if (mine.length === 0) return false;
        }
      }
      for (const { row, state } of finalsOf(mine)) publishOutboxEvent({ type: "ended", kind: row.kind, state });
      for (const { name, state } of changed) {
        publishOutboxEvent({ type: "destination", name, state });
        logger?.warn({ destination: name, state }, "a destination of deliveries changed its state");
        await recordDestination(name, state);
      }
      return true;
    },
    async end({ rows, state, reason, keepsPayload, now }) {
      const all = new Set<number>();
      for (let at = 0; at < rows.length; at += stepSize) {
        let some = rows.slice(at, at + stepSize);
        while (some.length > 0) {
          const ending = some;
          const columns = { seq: "bigint", attempt: "bigint" } as const;
          const list = jsonRows(
            dialect,
            ending.map(({ seq, attempt }) => ({ seq, attempt })),
            columns,
          );
          const finals = ending.map((row): Final => ({ row, state, reason, at: now, ms: 0 }));
          try {
            await audited(finals, async (trx) => {
              const { rows: written } = await sql<{ seq: number }>`
                update bookend_delivery set state = ${state}, reason = ${reason}, ended = cast(${now} as bigint),
                  payload = case when cast(${keepsPayload ? 1 : 0} as bigint) = 1 then payload end
                from ${list} where bookend_delivery.seq = v.seq and bookend_delivery.attempt = v.attempt
                  and ${deliveryPlans(dialect).state("bookend_delivery")} = 'waiting' returning bookend_delivery.seq`.execute(
                trx,
              );
              const ended = new Set(written.map(({ seq }) => seq));
              return new Set(ending.map(({ seq }) => seq).filter((seq) => !ended.has(seq)));
            });
            for (const { kind, seq } of ending) {
              publishOutboxEvent({ type: "ended", kind, state });
              all.add(seq);
            }
            break;
          } catch (error) {
            if (!(error instanceof LostClaims)) throw error;
            some = ending.filter(({ seq }) => !error.seqs.has(seq));
          }
        }
      }
      return all;
    },
  };

  /**
   * Writes an audit entry for a destination that was disabled, since nothing is sent to it until it is resumed.
   */
  async function recordDestination(name: string, state: "open" | "paused" | "disabled"): Promise<void> {
    if (state !== "disabled") return;
    try {
      await audit.call?.({
        id: `dst_${createId()}`,
        action: "DESTINATION disabled",
        success: false,
        info: `deliveries to ${name} wait until it is resumed`,
        startedAt: new Date(),
        durationMs: 0,
      });
    } catch (error) {
      logger?.error({ destination: name, error: String(error) }, "a disabled destination was not audited");
    }
  }
}

/** Thrown for deliveries that another process now holds or has changed; nothing was written. */
class LostClaims extends Error {
  override readonly name = "LostClaims";

  constructor(readonly seqs: ReadonlySet<number>) {
    super("Another process has taken over deliveries.");
  }
}

/**
 * Thrown if deliveries were cancelled or taken over while they were being sent; nothing was written. Lists those that
 * are known to be cancelled.
 */
class CancelledMeanwhile extends Error {
  override readonly name = "CancelledMeanwhile";

  constructor(readonly seqs: ReadonlySet<number>) {
    super("Deliveries were cancelled.");
  }
}

/** Returns the same attempt, after which the delivery is cancelled instead of attempted again. */
function asCancelled(one: EndedTry): EndedTry {
  const { row, settled } = one;
  return { ...one, settled: { ...settled, state: "cancelled", due: row.due, isUseless: false } };
}

function finalsOf(tries: readonly EndedTry[]): readonly Final[] {
  return tries.flatMap(({ row, settled, at, ms }): Final[] =>
    settled.state === "waiting" ? [] : [{ row, state: settled.state, reason: settled.reason, at, ms }],
  );
}

function isJoinable(unit: object): unit is JoinableUnit {
  return "join" in unit && typeof unit.join === "function";
}
