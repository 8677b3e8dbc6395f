import { metaOf } from "./delivery-row.js";
import { abandonedResult, settle } from "./next-try.js";
import type { OutboxClock } from "./outbox-clock.js";
import type { OutboxNumbers } from "./outbox-options.js";
import type { Outcomes } from "./outcomes.js";
import { unknownKeptMs } from "./receipts.js";
import type { EndedTry } from "./settlement.js";
import type { Settler } from "./settler.js";
import type { Sweeps } from "./sweep.js";
import type { Tries } from "./tries.js";

/** Between removals of what has been kept long enough, in milliseconds. */
const tidyMs = 60_000;

/** Between sweeps at least, in milliseconds; half of the lease if that is shorter. */
const sweepMs = 1_000;

/** Takes over what other processes left behind, ends what is too old, and removes what has been kept long enough. */
export interface Sweeper {
  /** Does so if it is time; what there is to remove is not waited for. */
  sweep(): Promise<void>;
  /** Resolves when a removal that is under way has ended. */
  ended(): Promise<void> | undefined;
}

interface SweeperContext {
  readonly sweeps: Sweeps;
  readonly outcomes: Pick<Outcomes, "end">;
  readonly settler: Pick<Settler<EndedTry>, "add">;
  readonly tries: Pick<Tries, "held">;
  /** The name of this process in claims. */
  readonly owner: string;
  readonly numbers: Pick<OutboxNumbers, "leaseMs" | "pollMs" | "keepSentMs" | "keepDeadMs" | "keepMs">;
  readonly time: Pick<OutboxClock, "now" | "read">;
  /** Whether a test moves the clock: then a jump is not a sign of a fault. */
  readonly isInjected: boolean;
  readonly failed: (error: unknown) => void;
  readonly isClosing: () => boolean;
}

/** Creates the sweeper of an outbox. */
export function createSweeper({
  sweeps,
  outcomes,
  settler,
  tries,
  owner,
  numbers,
  time: clock,
  isInjected,
  failed,
  isClosing,
}: SweeperContext): Sweeper {
  /** When a sweep last succeeded, by `performance.now()` and by the clock. */
  let seen: { readonly at: number; readonly time: number } | undefined;
  let restsUntil = Number.NEGATIVE_INFINITY;
  const longestGapMs = numbers.leaseMs / 2 + 2 * numbers.pollMs;
  let swept = Number.NEGATIVE_INFINITY;
  let tidied = 0;
  let tidying: Promise<void> | undefined;

  /**
   * Whether this process has looked all the time, so that an expired lease means that nobody renews it. After the clock was set, the computer slept
   * or the database was away, it means nothing: living processes get the time to renew theirs.
   */
  function wasInterrupted(time: number): boolean {
    if (seen === undefined) return false;
    const passed = performance.now() - seen.at;
    return passed > longestGapMs || (!isInjected && Math.abs(time - seen.time - passed) > numbers.leaseMs / 2);
  }

  async function takeOver(time: number): Promise<void> {
    const claim = { now: time, owner, lease: time + numbers.leaseMs };
    const abandoned = await sweeps.abandoned(claim, tries.held());
    const ended = abandoned.map((row): EndedTry => {
      const settled = settle(row, metaOf(row).retry, { result: abandonedResult, now: time, random: 0 });
      const again = settled.state === "waiting" ? { ...settled, due: time } : settled;
      return { row, result: abandonedResult, settled: again, at: time, ms: 0, now: time };
    });
    await Promise.all(ended.map((one) => settler.add(one)));
  }

  async function endExpired(time: number): Promise<void> {
    const rows = await sweeps.expired(time);
    await outcomes.end({ rows, state: "dead", reason: "it was too old to be sent", keepsPayload: false, now: time });
  }

  function tidy(time: number): void {
    if (time - tidied < tidyMs && time >= tidied) return;
    tidied = time;
    const { keepSentMs, keepDeadMs, keepMs } = numbers;
    const ends = {
      sent: time - keepSentMs,
      dead: time - keepDeadMs,
      all: time - keepMs,
      unknownReceipts: time - unknownKeptMs,
    };
    // there may be much to remove: what is due does not wait for it
    tidying ??= sweeps
      .tidy(ends, isClosing)
      .catch(failed)
      .finally(() => {
        tidying = undefined;
      });
  }

  return {
    async sweep() {
      if (performance.now() - swept < Math.min(sweepMs, numbers.leaseMs / 2)) return;
      swept = performance.now();
      await clock.read();
      const time = clock.now();
      const interrupted = wasInterrupted(time);
      if (!interrupted && performance.now() >= restsUntil) await takeOver(time);
      await endExpired(time);
      seen = { at: performance.now(), time: clock.now() };
      if (interrupted) restsUntil = seen.at + numbers.leaseMs / 2;
      tidy(time);
    },
    ended: () => tidying,
  };
}
