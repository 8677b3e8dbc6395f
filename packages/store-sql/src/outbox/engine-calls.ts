import { type DeliveryEngine, publishOutboxEvent } from "@bookend/core";
import type { Claims } from "./claims.js";
import type { SendingEnvironment } from "./sending-environment.js";
import { dueOf } from "./settlement.js";
import { sharesOf } from "./shares.js";
import type { Sweeps } from "./sweep.js";

/** Milliseconds after which a due delivery that the engine has not requested is passed to it again. */
const engineLateMs = 30_000;

/**
 * The same as `engineLateMs`, if the engine has requested nothing since the last search: it is then not busy with
 * earlier deliveries, so it must have lost this delivery, for example because a process that had fetched it was killed.
 */
const engineIdleLateMs = 5_000;

/** Milliseconds between searches for deliveries that the engine lost. */
const sweepMs = 1_000;

/**
 * Milliseconds from the end of an attempt to the search for deliveries that can now begin, so that one search covers
 * several ended attempts.
 */
const catchUpMs = 50;

/** Maximum number of destinations in one search for deliveries that can now begin. */
const mostLooked = 1_000;

/** Dependencies for sending with an engine. */
interface EngineEnvironment extends SendingEnvironment {
  readonly engine: DeliveryEngine;
  readonly claims: Pick<Claims, "claimIds" | "due" | "waitingFor">;
  readonly sweeps: Pick<Sweeps, "overdue">;
}

/**
 * Sends the deliveries that an engine requests, until the function that it resolves to is called.
 *
 * An engine does not know about limits, pauses and order: it requests each delivery when it is due. A delivery that
 * must not begin yet is remembered by its destination, and passed to the engine again when an attempt has ended or the
 * next second begins.
 */
export async function runEngine(environment: EngineEnvironment): Promise<() => Promise<void>> {
  const { engine, concurrency, claims, sweeps, tries, claimant, now, sweep, failed } = environment;
  let waiting: { readonly id: string; readonly done: () => void }[] = [];
  let claiming = false;
  let stopped = false;
  /** Whether the engine has requested a delivery since the last search for lost ones. */
  let called = true;
  const refused = new Set<string>();
  let turn = 0;
  let catchingUp: NodeJS.Timeout | undefined;
  let scheduling: Promise<void> | undefined;

  /** Passes deliveries that can now begin to the engine again, for destinations whose requests were refused. */
  async function scheduleRefused(): Promise<void> {
    if (refused.size === 0) return;
    const time = now();
    const looked = [...refused].slice(0, mostLooked);
    const waiting = (await claims.waitingFor(looked)).filter(({ due }) => due <= time);
    const still = new Set(waiting.map(({ circuit: { name } }) => name));
    for (const name of looked) {
      refused.delete(name);
      // moved to the end, so that the next search begins with the other destinations
      if (still.has(name)) refused.add(name);
    }
    turn += 1;
    const shares = sharesOf(waiting, { ...environment, free: concurrency, now: time, turn });
    const rows = await claims.due(shares, claimant());
    if (rows.length > 0) await engine.schedule(rows.map((row) => dueOf(row, { due: time })));
  }

  const catchUp = () => {
    // if this search is slow, the next one begins only after it
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

  /** Claims together everything that the engine requests in the same turn of the event loop. */
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
    // if this search is slow, the next one begins only after it
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

/**
 * Returns a function that decides whether another delivery may be sent to a destination now: a single one to a
 * destination on trial, otherwise as many as its limits allow.
 */
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
