import type { AnyDeliveryKind, DurableOutbox, Outcome } from "@bookend/core";
import { joinOf } from "../audit/audit-unit.js";
import type { Database } from "../database.js";
import { within } from "../deadline.js";
import type { StoreSchema } from "../store-schema.js";
import { type Claimant, deliveryClaims } from "./claims.js";
import { rowOf } from "./delivery-row.js";
import { runEmbedded } from "./embedded-work.js";
import { runEngine } from "./engine-calls.js";
import { deliveryManagement } from "./manage.js";
import { newDeliveries } from "./new-deliveries.js";
import { outboxChannel } from "./notify-once.js";
import { outboxClock } from "./outbox-clock.js";
import { checkedOptions, type OutboxOptions, startConcurrency } from "./outbox-options.js";
import { deliveryOutcomes } from "./outcomes.js";
import type { Pump } from "./pump.js";
import { receiveReceipt } from "./receipts.js";
import { createRefills } from "./refills.js";
import { payloadSeal } from "./sealed-payload.js";
import { type EndedTry, ownerOf } from "./settlement.js";
import { createSettler } from "./settler.js";
import { rateLimits } from "./shares.js";
import { deliverySweeps } from "./sweep.js";
import { createSweeper } from "./sweeper.js";
import { createTries } from "./tries.js";

/** Maximum milliseconds that `close` waits before it aborts attempts. */
const longestGraceMs = 86_400_000;

/** Milliseconds that aborted attempts may take to end. */
const lateMs = 2_000;

/** The maximum number of results that are written together. */
const settledTogether = 200;

/**
 * Opens the outbox of a store. It accepts deliveries immediately, and sends them after `start()`.
 *
 * @throws {StoreError} OUTBOX_KEY_INVALID, OUTBOX_OPTION_INVALID
 */
export function openOutbox<Schema>(options: OutboxOptions<Schema>): DurableOutbox {
  const { numbers, circuit, limits, node } = checkedOptions(options);
  const { audit, engine, logger, random = Math.random } = options;
  const database = options.database as unknown as Database<StoreSchema>;
  const time = outboxClock(database, options.clock);
  const { now } = time;
  const seal = payloadSeal(options.keys);
  const owner = ownerOf(node);
  const claims = deliveryClaims(database);
  const sweeps = deliverySweeps(database);
  const rates = rateLimits(limits);
  const kinds = new Map<string, AnyDeliveryKind>();
  const failed = (error: unknown) => {
    const { name = "Error", code = "UNKNOWN" } = (error ?? {}) as { name?: unknown; code?: unknown };
    logger?.error({ error: { class: String(name), code: String(code) } }, "the outbox could not use its database");
  };
  const outcomes = deliveryOutcomes({
    database,
    audit,
    engine,
    logger,
    owner,
    node,
    circuit,
    keepsSent: numbers.keepSentMs > 0,
  });
  const refills = createRefills(outcomes, numbers.leaseMs);
  const settler = createSettler<EndedTry>(refills.settle, failed, settledTogether);
  let pump: Pump | undefined;
  let stopWork: (() => Promise<void>) | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let closing = false;
  const wake = () => pump?.wake();
  const freed = () => pump?.freed();
  const tries = createTries({ kinds, seal, settler, claims, now, random, failed, freed });

  const { insert, inserted, insertAlone } = newDeliveries({ database, engine, wake, failed });
  const sweeper = createSweeper({
    sweeps,
    outcomes,
    settler,
    tries,
    kinds,
    owner,
    numbers,
    time,
    isInjected: options.clock !== undefined,
    failed,
    isClosing: () => closing,
  });

  const claimant = (known: Readonly<Record<string, number>>): Claimant => {
    const at = now();
    return { owner, now: at, lease: at + numbers.leaseMs, kinds: known };
  };

  return {
    ...deliveryManagement({ database, outcomes, engine, kinds, maxAgeMs: numbers.maxAgeMs, now, wake }),
    register(registered) {
      for (const [name, kind] of registered) kinds.set(name, kind);
    },
    async submit(delivery, { signal, transaction }): Promise<Outcome> {
      const details = { delivery: delivery.id };
      if (closing) return { status: "failed", reason: "the outbox is closed", details };
      if (signal.aborted) return { status: "failed", reason: "the action had ended", details };
      const bytes = Buffer.byteLength(JSON.stringify(delivery.payload));
      if (bytes > numbers.maxPayloadBytes) {
        const reason = `the payload has ${bytes} bytes; the outbox keeps at most ${numbers.maxPayloadBytes}`;
        return { status: "failed", reason, details };
      }
      await time.read();
      const times = { maxAgeMs: numbers.maxAgeMs, now: now(), aheadMs: time.aheadMs() };
      const row = rowOf(delivery, seal.seal(delivery.payload, delivery), times);
      const join = joinOf(transaction);
      if (join)
        join(
          (trx) => insert([row], trx),
          () => inserted([row]),
        );
      else await insertAlone(row);
      return { status: "done", details };
    },
    receive: (receipt) => receiveReceipt(database, receipt, now()),
    async start({ concurrency: wanted, kinds: only } = {}) {
      const concurrency = startConcurrency(wanted);
      if (stopWork) return;
      const known = Object.fromEntries(
        [...kinds]
          .filter(([name]) => only === undefined || only.includes(name))
          .map(([name, { version = 1 }]) => [name, version]),
      );
      await time.read();
      let isRenewing = false;
      renewal = setInterval(() => {
        // if a renewal still waits for the database, no further one begins, since each would take a connection
        if (isRenewing) return;
        isRenewing = true;
        void claims
          .renew(tries.held(), now() + numbers.leaseMs)
          .catch(failed)
          .finally(() => {
            isRenewing = false;
          });
      }, numbers.leaseMs / 3).unref();
      const stopListening = database.listen(outboxChannel, { message: wake, listening: wake });
      const environment = {
        concurrency,
        claims,
        tries,
        claimant: () => claimant(known),
        limits,
        rates,
        circuit,
        now,
        sweep: sweeper.sweep,
        failed,
      };
      let stopSending: () => Promise<void>;
      if (engine) stopSending = await runEngine({ ...environment, engine, sweeps });
      else {
        pump = runEmbedded({ ...environment, refills, pollMs: numbers.pollMs });
        stopSending = pump.stop;
      }
      stopWork = async () => {
        await stopSending();
        await stopListening();
      };
    },
    async close({ graceMs: wanted = 10_000 } = {}) {
      closing = true;
      const graceMs = Math.min(Math.max(0, wanted || 0), longestGraceMs);
      const halt = stopWork?.();
      const timer = setTimeout(() => tries.abort(), graceMs);
      const everyTry = async () => {
        if (!engine) await halt;
        await tries.ended();
      };
      await within(graceMs + lateMs, everyTry());
      // leases are renewed until this point, so that no other process takes over deliveries that are still being sent
      clearInterval(renewal);
      clearTimeout(timer);
      await settler.drain(lateMs);
      await claims.release(tries.releasable()).catch(failed);
      // limited, since an engine may wait for attempts that never end
      await within(lateMs, Promise.all([halt, sweeper.ended()]));
    },
  };
}
