import {
  type AnyDeliveryKind,
  type DueDelivery,
  type DurableOutbox,
  type Outcome,
  publishOutboxEvent,
} from "@bookend/core";
import type { Transaction } from "kysely";
import { joinOf } from "../audit/audit-unit.js";
import type { Database } from "../database.js";
import { within } from "../deadline.js";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { turnQueue } from "../turn-queue.js";
import { type Claimant, deliveryClaims } from "./claims.js";
import { type ClaimedRow, type DeliveryRow, rowOf } from "./delivery-row.js";
import { runEngine } from "./engine-calls.js";
import { groupCommit } from "./group-commit.js";
import { createLooks } from "./looks.js";
import { deliveryManagement } from "./manage.js";
import { abandonedResult } from "./next-try.js";
import { notifyOnce, outboxChannel } from "./notify-once.js";
import { outboxClock } from "./outbox-clock.js";
import { checkedOptions, type OutboxOptions, startConcurrency } from "./outbox-options.js";
import { deliveryOutcomes } from "./outcomes.js";
import { type Pump, startPump } from "./pump.js";
import { receiveReceipt } from "./receipts.js";
import { payloadSeal } from "./sealed-payload.js";
import { type EndedTry, ownerOf } from "./settlement.js";
import { createSettler } from "./settler.js";
import { rateLimits, sharesOf } from "./shares.js";
import { deliverySweeps } from "./sweep.js";
import { createSweeper } from "./sweeper.js";
import { createTries } from "./tries.js";

/** Longest time that `close` waits before it cuts tries off, in milliseconds. */
const longestGraceMs = 86_400_000;

/** Milliseconds that what is cut off may take to end. */
const lateMs = 2_000;

/** Results that are written together. */
const settledAtOnce = 200;

/** Rows of one statement; each has some twenty parameters. */
const insertedAtOnce = 100;

type NewRow = Omit<DeliveryRow, "seq">;

function firstTryOf({ id, due, destination }: NewRow): DueDelivery {
  return { id, attempt: 1, due: new Date(due), destination };
}

/**
 * Opens the outbox of a store. It takes deliveries at once, and sends them after `start()`.
 *
 * @throws {StoreError} OUTBOX_KEY_INVALID, OUTBOX_OPTION_INVALID
 */
export function openOutbox<Schema>(options: OutboxOptions<Schema>): DurableOutbox {
  const { numbers, circuit, limits, node } = checkedOptions(options);
  const { audit, engine, logger, random = Math.random } = options;
  const database = options.database as unknown as Database<StoreSchema>;
  const { db, dialect } = database;
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
  const settler = createSettler<EndedTry>(settleAndRefill, failed, settledAtOnce);
  /** Of claims: each sees how many of a destination are being sent, so that two at once would begin too many. */
  const turns = turnQueue(numbers.leaseMs, {
    late: () => new StoreError("DATABASE_TIMEOUT", "An earlier claim of deliveries does not end."),
    closed: () => new StoreError("STORE_CLOSED", "The outbox is closed."),
  });
  /** Claims for places that become free with a transaction, within it; returns what begins the tries when that is committed. */
  let refill: ((places: number, trx: Transaction<StoreSchema>) => Promise<() => void>) | undefined;
  let pump: Pump | undefined;
  let stopWork: (() => Promise<void>) | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let closing = false;
  const wake = () => pump?.wake();
  const freed = () => pump?.freed();
  const tries = createTries({ kinds, seal, settler, claims, now, random, failed, freed });

  async function settleAndRefill(ended: readonly EndedTry[]): Promise<void> {
    const claim = refill;
    // there was no room here for those that another process left behind
    const places = ended.filter(({ result }) => result !== abandonedResult).length;
    if (claim === undefined || places === 0 || !turns.takeNow()) return void (await outcomes.settle(ended));
    let begin: (() => void) | undefined;
    let claimFailed = false;
    try {
      const written = await outcomes.settle(ended, async (trx) => {
        begin = await claim(places, trx).catch((error: unknown) => {
          claimFailed = true;
          throw error;
        });
      });
      if (written) begin?.();
    } catch (error) {
      if (!claimFailed) throw error;
      // what ended is written even if nothing can be claimed
      await outcomes.settle(ended);
    } finally {
      turns.give();
    }
  }

  const insert = async (rows: readonly NewRow[], trx: Transaction<StoreSchema>) => {
    await trx
      .insertInto("bookend_delivery")
      .values(rows)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
    if (engine?.transactional) await engine.schedule(rows.map(firstTryOf), trx);
    else if (dialect === "postgres" && !engine) await notifyOnce(trx);
  };
  const inserted = (rows: readonly NewRow[]) => {
    wake();
    // what the engine does not take is found by the sweep
    if (engine && !engine.transactional) engine.schedule(rows.map(firstTryOf)).catch(failed);
  };
  const insertAlone = groupCommit<NewRow>(async (rows) => {
    await transact(db, (trx) => insert(rows, trx));
    inserted(rows);
  }, insertedAtOnce);

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
        // one that waits for the database is not overtaken by the next: each would take a connection
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
      const stopSending = engine
        ? await runEngine({
            engine,
            concurrency,
            claims,
            sweeps,
            tries,
            claimant: () => claimant(known),
            limits,
            rates,
            circuit,
            now,
            sweep: sweeper.sweep,
            failed,
          })
        : runEmbedded(known, concurrency);
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
      // until here: what is still being sent must not be taken over
      clearInterval(renewal);
      clearTimeout(timer);
      await settler.drain(lateMs);
      await claims.release(tries.releasable()).catch(failed);
      // an engine may wait for tries that never end
      await within(lateMs, Promise.all([halt, sweeper.ended()]));
    },
  };

  function runEmbedded(known: Readonly<Record<string, number>>, concurrency: number): () => Promise<void> {
    const looks = createLooks(claims);
    const claimUpTo = async (free: number, trx?: Transaction<StoreSchema>) => {
      if (free === 0) return [];
      const { waiting, turn } = await looks.next(now(), trx);
      const shares = sharesOf(waiting, { free, concurrency, now: now(), limits, rates, circuit, turn });
      looks.given(shares, free);
      if (shares.length === 0) return [];
      const started = performance.now();
      const rows = await claims.claim(shares, claimant(known), trx);
      looks.found(shares, rows, performance.now() - started);
      return rows;
    };
    const begin = (rows: readonly ClaimedRow[]) => {
      if (rows.length > 0) publishOutboxEvent({ type: "claimed", count: rows.length });
      for (const row of rows) {
        rates.spend(row.destination, 1);
        void tries.begin(row);
      }
    };
    refill = async (places, trx) => {
      const rows = await claimUpTo(places, trx);
      return () => begin(rows);
    };
    const placesLeft = () => Math.max(0, concurrency - tries.size);
    const started = startPump({
      concurrency,
      pollMs: numbers.pollMs,
      // a try keeps its place until it is written how it ended: should this process die, no more than that are sent twice
      free: placesLeft,
      failed,
      tend: sweeper.sweep,
      async fill(free) {
        await turns.take();
        try {
          const rows = await claimUpTo(Math.min(free, placesLeft()));
          begin(rows);
          return rows.length;
        } finally {
          turns.give();
        }
      },
    });
    pump = started;
    return () => {
      refill = undefined;
      return started.stop();
    };
  }
}
