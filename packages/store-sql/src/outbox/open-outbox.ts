import {
  type AnyDeliveryKind,
  type DueDelivery,
  type DurableOutbox,
  type Outcome,
  publishOutboxEvent,
  type SendResult,
  tryDelivery,
} from "@bookend/core";
import { sql, type Transaction } from "kysely";
import { joinOf } from "../audit/audit-unit.js";
import type { Database } from "../database.js";
import type { StoreSchema } from "../store-schema.js";
import { transact } from "../transact.js";
import { defaultCircuit } from "./circuit.js";
import { type Claimant, deliveryClaims } from "./claims.js";
import { type DeliveryRow, deliveryOf, metaOf, rowOf } from "./delivery-row.js";
import { groupCommit } from "./group-commit.js";
import { deliveryManagement } from "./manage.js";
import { abandonedResult, settle } from "./next-try.js";
import { numbersOf, type OutboxOptions } from "./outbox-options.js";
import { deliveryOutcomes } from "./outcomes.js";
import { type Pump, startPump } from "./pump.js";
import { payloadSeal } from "./sealed-payload.js";
import { type EndedTry, ownerOf } from "./settlement.js";
import { createSettler } from "./settler.js";
import { rateLimits, sharesOf } from "./shares.js";
import { deliverySweeps } from "./sweep.js";

const channel = "bookend_outbox";

/** Between removals of what is not kept any longer, in milliseconds. */
const tidyMs = 60_000;

/** How late an engine may be before it is told again of a delivery, in milliseconds. */
const engineLateMs = 30_000;

/** Results that are written together. */
const settledAtOnce = 200;

/** Rows of one statement; each has some twenty parameters. */
const insertedAtOnce = 100;

type NewRow = Omit<DeliveryRow, "seq">;

function firstTryOf({ id, due, destination }: NewRow): DueDelivery {
  return { id, attempt: 1, due: new Date(due), destination };
}

interface Running {
  readonly row: DeliveryRow;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Opens the outbox of a store. It takes deliveries at once, and sends them after `start()`.
 *
 * @throws {StoreError} OUTBOX_KEY_INVALID, OUTBOX_OPTION_INVALID
 */
export function openOutbox<Schema>(options: OutboxOptions<Schema>): DurableOutbox {
  const numbers = numbersOf(options);
  const {
    audit,
    engine,
    logger,
    node = "node",
    destinations: limits = {},
    clock = () => new Date(),
    random = Math.random,
  } = options;
  const database = options.database as unknown as Database<StoreSchema>;
  const { db, dialect } = database;
  const seal = payloadSeal(options.keys);
  const circuit = { ...defaultCircuit, ...options.circuit };
  const owner = ownerOf(node);
  const claims = deliveryClaims(database);
  const sweeps = deliverySweeps(database);
  const rates = rateLimits(limits);
  const kinds = new Map<string, AnyDeliveryKind>();
  const running = new Map<number, Running>();
  const now = () => clock().getTime();
  const failed = (error: unknown) => {
    const { name = "Error", code = "UNKNOWN" } = (error ?? {}) as { name?: unknown; code?: unknown };
    logger?.error({ error: { class: String(name), code: String(code) } }, "the outbox could not use its database");
  };
  const outcomes = deliveryOutcomes({
    database,
    dialect,
    audit,
    engine,
    logger,
    node,
    circuit,
    keepsSent: numbers.keepSentMs > 0,
  });
  const settler = createSettler<EndedTry>((tries) => outcomes.settle(tries), failed, settledAtOnce);
  let pump: Pump | undefined;
  let stopWork: (() => Promise<void>) | undefined;
  let closing = false;
  let aborting = false;
  const wake = () => pump?.wake();

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

  /** Sends a claimed delivery once, and writes how that ended. */
  function begin(row: DeliveryRow): Promise<void> {
    const abort = new AbortController();
    const at = now();
    const started = performance.now();
    const run = async () => {
      if (aborting) abort.abort(new Error("the process is stopping"));
      const result = await sendClaimed(row, abort, at);
      if (closing && abort.signal.aborted && isReleasable(row, result)) {
        await claims.release([row]).catch(failed);
        return;
      }
      const time = now();
      const settled = settle(row, metaOf(row).retry, { result, now: time, random: random() });
      await settler.add({ row, result, settled, at, ms: performance.now() - started, now: time });
    };
    const ended = run().finally(() => {
      running.delete(row.seq);
      pump?.freed();
    });
    running.set(row.seq, { row, abort, ended });
    return ended;
  }

  async function sendClaimed(row: DeliveryRow, abort: AbortController, at: number): Promise<SendResult> {
    const kind = kinds.get(row.kind);
    if (!kind || row.payload === null) return { status: "failed", reason: "its payload is gone", permanent: true };
    const opened = seal.open(row.payload, row);
    if ("fault" in opened) return { status: "failed", reason: opened.fault, permanent: true };
    const version = kind.version ?? 1;
    let { payload } = opened;
    try {
      if (row.version < version && kind.upgrade) payload = kind.upgrade(payload, row.version);
    } catch {
      const reason = `its payload of version ${row.version} cannot be made into one of version ${version}`;
      return { status: "failed", reason, permanent: true };
    }
    const { timeoutMs } = metaOf(row).retry;
    const context = { signal: abort.signal, attempt: row.attempt, queuedMs: Math.max(0, at - row.due) };
    const sending = tryDelivery(kind, deliveryOf(row, payload, version), context);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        abort.abort(new Error("the try took too long"));
        resolve({ status: "failed", reason: `it took longer than ${timeoutMs} ms`, uncertain: true });
      }, timeoutMs);
      void sending.then((result) => {
        clearTimeout(timer);
        resolve(result);
      });
    });
  }

  /** Whether a try that was cut off by a graceful stop may count as if it had not been. */
  function isReleasable(row: DeliveryRow, result: SendResult): boolean {
    return result.status === "failed" && !(result.uncertain && metaOf(row).retry.whenUncertain === "stop");
  }

  async function sweep(): Promise<void> {
    const time = now();
    const abandoned = await sweeps.abandoned(time, owner, time + numbers.leaseMs);
    if (abandoned.length > 0) {
      const tries = abandoned.map((row): EndedTry => {
        const settled = settle(row, metaOf(row).retry, { result: abandonedResult, now: time, random: 0 });
        const again = settled.state === "waiting" ? { ...settled, due: time } : settled;
        return { row, result: abandonedResult, settled: again, at: row.lease ?? time, ms: 0, now: time };
      });
      await Promise.all(tries.map((one) => settler.add(one)));
    }
    const expired = await sweeps.expired(time);
    const reason = "it was too old to be sent";
    await outcomes.end({ rows: expired, state: "dead", reason, keepsPayload: false, now: time });
    if (time - tidied >= tidyMs || time < tidied) {
      tidied = time;
      const { keepSentMs, keepDeadMs, keepMs } = numbers;
      await sweeps.tidy({ sent: time - keepSentMs, dead: time - keepDeadMs, all: time - keepMs });
    }
  }
  let tidied = 0;
  let swept = Number.NEGATIVE_INFINITY;
  let turn = 0;

  const claimant = (known: Readonly<Record<string, number>>): Claimant => {
    const time = now();
    return { owner, now: time, lease: time + numbers.leaseMs, kinds: known };
  };

  async function sweepInTurn(): Promise<void> {
    if (performance.now() - swept < Math.min(1_000, numbers.leaseMs / 2)) return;
    swept = performance.now();
    await sweep();
  }

  return {
    ...deliveryManagement({ database, outcomes, engine, maxAgeMs: numbers.maxAgeMs, now, wake }),
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
      const row = rowOf(delivery, seal.seal(delivery.payload, delivery), { maxAgeMs: numbers.maxAgeMs, now: now() });
      const join = joinOf(transaction);
      if (join)
        join(
          (trx) => insert([row], trx),
          () => inserted([row]),
        );
      else await insertAlone(row);
      return { status: "done", details };
    },
    async start({ concurrency = 20, kinds: only } = {}) {
      if (stopWork) return;
      const known = Object.fromEntries(
        [...kinds]
          .filter(([name]) => only === undefined || only.includes(name))
          .map(([name, { version = 1 }]) => [name, version]),
      );
      const renewal = setInterval(() => {
        if (running.size > 0) claims.renew(owner, now() + numbers.leaseMs).catch(failed);
      }, numbers.leaseMs / 3).unref();
      const stopListening = database.listen(channel, { message: wake, listening: wake });
      const stopSending = engine ? await runEngine(known, concurrency) : runEmbedded(known, concurrency);
      stopWork = async () => {
        await stopSending();
        await stopListening();
        return clearInterval(renewal);
      };
    },
    async close({ graceMs = 10_000 } = {}) {
      closing = true;
      const halt = stopWork?.();
      const timer = setTimeout(() => {
        aborting = true;
        for (const { abort } of running.values()) abort.abort(new Error("the process is stopping"));
      }, graceMs);
      const everyTry = async () => {
        if (!engine) await halt;
        while (running.size > 0) await Promise.all([...running.values()].map(({ ended }) => ended));
      };
      const late = new Promise((resolve) => setTimeout(resolve, graceMs + 2_000).unref());
      await Promise.race([everyTry(), late]);
      clearTimeout(timer);
      await settler.drain(2_000);
      await claims.release([...running.values()].map(({ row }) => row)).catch(failed);
      await halt;
    },
  };

  function runEmbedded(known: Readonly<Record<string, number>>, concurrency: number): () => Promise<void> {
    const started = startPump({
      concurrency,
      pollMs: numbers.pollMs,
      // a try keeps its place until it is written how it ended: should this process die, no more than that are sent twice
      free: () => Math.max(0, concurrency - running.size),
      failed,
      async fill(free) {
        await sweepInTurn();
        const time = now();
        const waiting = await claims.waiting();
        turn += 1;
        const shares = sharesOf(waiting, { free, concurrency, now: time, limits, rates, circuit, turn });
        if (shares.length === 0) return 0;
        const rows = await claims.claim(shares, claimant(known));
        for (const { name } of shares) rates.spend(name, rows.filter((row) => row.destination === name).length);
        if (rows.length > 0) publishOutboxEvent({ type: "claimed", count: rows.length });
        for (const row of rows) void begin(row);
        return rows.length;
      },
    });
    pump = started;
    return () => started.stop();
  }

  /** Which destinations an engine's calls may go to now: one try of a destination on trial, and no more than its limits allow. */
  function admission(): (destination: string, failures: number) => boolean {
    const time = now();
    const counts = new Map<string, number>();
    for (const { row } of running.values()) counts.set(row.destination, (counts.get(row.destination) ?? 0) + 1);
    return (destination, failures) => {
      const sending = counts.get(destination) ?? 0;
      const most = failures >= circuit.failures ? 1 : (limits[destination]?.concurrency ?? Number.POSITIVE_INFINITY);
      if (sending >= most || rates.left(destination, time) < 1) return false;
      rates.spend(destination, 1);
      counts.set(destination, sending + 1);
      return true;
    };
  }

  async function runEngine(known: Readonly<Record<string, number>>, concurrency: number): Promise<() => Promise<void>> {
    const due = engine;
    if (!due) return async () => undefined;
    let waiting: { readonly id: string; readonly done: () => void }[] = [];
    let claiming = false;
    /** Claims together what the engine calls for in the same turn. */
    const claimWaiting = async () => {
      await new Promise(setImmediate);
      while (waiting.length > 0) {
        const some = waiting;
        waiting = [];
        try {
          const rows = await claims.claimIds(
            some.map(({ id }) => id),
            claimant(known),
            admission(),
          );
          if (rows.length > 0) publishOutboxEvent({ type: "claimed", count: rows.length });
          const begun = new Map(rows.map((row) => [row.id, row]));
          for (const { id, done } of some) {
            const row = begun.get(id);
            if (row) void begin(row).then(done);
            else done();
          }
        } catch (error) {
          failed(error);
          for (const { done } of some) done();
        }
      }
      claiming = false;
    };
    const sweeping = setInterval(() => {
      const late = async () => {
        await sweepInTurn();
        const time = now();
        const rows = await sweeps.overdue(time - engineLateMs, time);
        await due.schedule(
          rows.map((row) => ({
            id: row.id,
            attempt: row.attempt + 1,
            due: new Date(time),
            destination: row.destination,
          })),
        );
      };
      late().catch(failed);
    }, 1_000).unref();
    const run = await due.run(
      ({ id }) =>
        new Promise<void>((resolve) => {
          waiting.push({ id, done: resolve });
          if (claiming) return;
          claiming = true;
          void claimWaiting();
        }),
      { concurrency },
    );
    return async () => {
      clearInterval(sweeping);
      await run.close();
    };
  }
}

const notified = new WeakSet<Transaction<StoreSchema>>();

/** One notification for each transaction, however many deliveries it has. */
async function notifyOnce(trx: Transaction<StoreSchema>): Promise<void> {
  if (notified.has(trx)) return;
  notified.add(trx);
  await sql`select pg_notify(${channel}, '')`.execute(trx);
}
