import { type DeliveryEngine, publishOutboxEvent } from "@bookend/core";
import type { CircuitOptions } from "./circuit.js";
import type { Claimant, Claims } from "./claims.js";
import { dueOf } from "./settlement.js";
import { type DestinationLimits, type RateLimits, sharesOf } from "./shares.js";
import type { Sweeps } from "./sweep.js";
import type { Tries } from "./tries.js";

/** How late an engine may be before it receives a delivery again, in milliseconds. */
const engineLateMs = 30_000;

/** The same while it calls for nothing: then no others are before it, and it has lost that one, as those that a killed process had fetched. */
const engineIdleLateMs = 5_000;

/** Between looks for what the engine lost, in milliseconds. */
const sweepMs = 1_000;

/** Between looks for what can be begun after all, in milliseconds, so that one is for several tries that ended. */
const catchUpMs = 50;

/** Destinations of one look for what can be begun after all. */
const mostLooked = 1_000;

/** What sending by an engine needs. */
interface EngineEnvironment {
  readonly engine: DeliveryEngine;
  readonly concurrency: number;
  readonly claims: Pick<Claims, "claimIds" | "due" | "waitingFor">;
  readonly sweeps: Pick<Sweeps, "overdue">;
  readonly tries: Tries;
  readonly claimant: () => Claimant;
  readonly limits: Readonly<Record<string, DestinationLimits>>;
  readonly rates: RateLimits;
  readonly circuit: CircuitOptions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sweep: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/**
 * Sends what an engine calls for, until the function that it resolves with is called.
 *
 * An engine does not know about limits, pauses and order: it calls for each delivery when that is due. One that may not be begun then is remembered by its
 * destination, and the engine receives it again when a try has ended or the next second has come.
 */
export async function runEngine(environment: EngineEnvironment): Promise<() => Promise<void>> {
  const { engine, concurrency, claims, sweeps, tries, claimant, now, sweep, failed } = environment;
  let waiting: { readonly id: string; readonly done: () => void }[] = [];
  let claiming = false;
  let stopped = false;
  /** Since the last look for what it lost. */
  let called = true;
  const refused = new Set<string>();
  let turn = 0;
  let catchingUp: NodeJS.Timeout | undefined;
  let scheduling: Promise<void> | undefined;

  /** Tells the engine of what can be begun now, for destinations of which calls were refused. */
  async function scheduleRefused(): Promise<void> {
    if (refused.size === 0) return;
    const time = now();
    const looked = [...refused].slice(0, mostLooked);
    const waiting = (await claims.waitingFor(looked)).filter(({ due }) => due <= time);
    const still = new Set(waiting.map(({ circuit: { name } }) => name));
    for (const name of looked) {
      refused.delete(name);
      // behind the others, which have their turn next
      if (still.has(name)) refused.add(name);
    }
    turn += 1;
    const shares = sharesOf(waiting, { ...environment, free: concurrency, now: time, turn });
    const rows = await claims.due(shares, claimant());
    if (rows.length > 0) await engine.schedule(rows.map((row) => dueOf(row, { due: time })));
  }

  const catchUp = () => {
    // one that takes long is not overtaken by the next
    scheduling ??= scheduleRefused()
      .catch(failed)
      .finally(() => {
        scheduling = undefined;
      });
  };
  const ended = () => {
    if (refused.size === 0 || stopped) return;
    catchingUp ??= setTimeout(() => {
      catchingUp = undefined;
      catchUp();
    }, catchUpMs).unref();
  };

  /** Claims together what the engine calls for in the same turn. */
  async function claimWaiting(): Promise<void> {
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      try {
        const ids = some.map(({ id }) => id);
        const { rows, refused: names } = await claims.claimIds(ids, claimant(), admission(environment));
        for (const name of names) refused.add(name);
        if (rows.length > 0) publishOutboxEvent({ type: "claimed", count: rows.length });
        const claimed = new Map(rows.map((row) => [row.id, row]));
        for (const { id, done } of some) {
          const row = claimed.get(id);
          if (row) void tries.begin(row).then(done).finally(ended);
          else done();
        }
      } catch (error) {
        failed(error);
        for (const { done } of some) done();
      }
    }
    claiming = false;
  }

  async function scheduleOverdue(): Promise<void> {
    await sweep();
    const time = now();
    const rows = await sweeps.overdue(time - (called ? engineLateMs : engineIdleLateMs), time);
    called = false;
    const due = new Date(time);
    await engine.schedule(rows.map(({ id, attempt, destination }) => ({ id, attempt: attempt + 1, due, destination })));
  }

  let sweeping: Promise<void> | undefined;
  const timer = setInterval(() => {
    catchUp();
    // one that takes long is not overtaken by the next
    sweeping ??= scheduleOverdue()
      .catch(failed)
      .finally(() => {
        sweeping = undefined;
      });
  }, sweepMs).unref();
  const run = await engine.run(
    ({ id }) =>
      new Promise<void>((resolve) => {
        called = true;
        waiting.push({ id, done: resolve });
        if (claiming) return;
        claiming = true;
        void claimWaiting();
      }),
    { concurrency },
  );
  return async () => {
    stopped = true;
    clearInterval(timer);
    clearTimeout(catchingUp);
    await run.close();
    await Promise.all([sweeping, scheduling]);
  };
}

/** Which destinations calls may go to now: one try of a destination on trial, and no more than its limits allow. */
function admission({
  tries,
  now,
  limits,
  rates,
  circuit,
}: EngineEnvironment): (destination: string, failures: number) => boolean {
  const time = now();
  const counts = tries.byDestination();
  return (destination, failures) => {
    const sending = counts.get(destination) ?? 0;
    const most = failures >= circuit.failures ? 1 : (limits[destination]?.concurrency ?? Number.POSITIVE_INFINITY);
    if (sending >= most || rates.left(destination, time) < 1) return false;
    rates.spend(destination, 1);
    counts.set(destination, sending + 1);
    return true;
  };
}
