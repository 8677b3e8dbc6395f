import type { AnyDeliveryKind } from "@bookend/core";
import { metaOf } from "./delivery-meta.js";
import type { DeliveryHead } from "./delivery-row.js";
import { abandonedResult, settle } from "./next-try.js";
import { obstacleOf } from "./obstacle.js";
import type { OutboxClock } from "./outbox-clock.js";
import type { OutboxNumbers } from "./outbox-options.js";
import type { Outcomes } from "./outcomes.js";
import { unknownKeptMs } from "./receipts.js";
import type { EndedTry } from "./settlement.js";
import type { Settler } from "./settler.js";
import type { Sweeps } from "./sweep.js";
import type { Tries } from "./tries.js";

/** Milliseconds between removals of expired deliveries. */
const tidyMs = 60_000;

/** Minimum milliseconds between sweeps; half of the lease if that is shorter. */
const sweepMs = 1_000;

/**
 * Takes over the deliveries of processes that ended, ends waiting deliveries that are too old, and removes ended
 * deliveries that are no longer kept.
 */
export interface Sweeper {
  /** Sweeps if it is time. Removals are not awaited. */
  sweep(): Promise<void>;
  /** Resolves when a running removal has ended. */
  ended(): Promise<void> | undefined;
}

interface SweeperContext {
  readonly sweeps: Sweeps;
  readonly outcomes: Pick<Outcomes, "end">;
  readonly settler: Pick<Settler<EndedTry>, "add">;
  readonly tries: Pick<Tries, "held">;
  readonly kinds: ReadonlyMap<string, AnyDeliveryKind>;
  /** The name of this process in claims. */
  readonly owner: string;
  readonly numbers: Pick<OutboxNumbers, "leaseMs" | "pollMs" | "keepSentMs" | "keepDeadMs" | "keepMs">;
  readonly time: Pick<OutboxClock, "now" | "read">;
  /** Whether a test controls the clock, so that a jump does not indicate a problem. */
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
  kinds,
  owner,
  numbers,
  time: clock,
  isInjected,
  failed,
  isClosing,
}: SweeperContext): Sweeper {
  /** When the last successful sweep began, by `performance.now()` and by the clock. */
  let seen: { readonly at: number; readonly time: number } | undefined;
  let restsUntil = Number.NEGATIVE_INFINITY;
  const longestGapMs = numbers.leaseMs / 2 + 2 * numbers.pollMs;
  let swept = Number.NEGATIVE_INFINITY;
  let tidied = 0;
  let tidying: Promise<void> | undefined;

  /**
   * Returns whether the clock was set, the computer slept or the database was unavailable since the last successful
   * sweep. If so, an expired lease means nothing, and running processes get time to renew theirs. Otherwise, it means
   * that no process renews the lease.
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
    const byReason = new Map<string, DeliveryHead[]>();
    for (const row of await sweeps.expired(time)) {
      const obstacle = obstacleOf(row, kinds);
      const reason = obstacle === undefined ? "it was too old to be sent" : `it was too old to be sent; ${obstacle}`;
      byReason.set(reason, [...(byReason.get(reason) ?? []), row]);
    }
    for (const [reason, rows] of byReason)
      await outcomes.end({ rows, state: "dead", reason, keepsPayload: false, now: time });
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
    // not awaited: there may be much to remove, and due deliveries must not wait for that
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
      const begun = performance.now();
      const interrupted = wasInterrupted(time);
      const { lease, expires } = await sweeps.first();
      if (interrupted) {
        // others can renew their leases only once the database can be written; a locked or full database can be read,
        // but not written
        await sweeps.prove();
        restsUntil = performance.now() + numbers.leaseMs / 2;
      } else if (lease !== null && begun >= restsUntil) {
        // even if none has expired yet: a sweep that cannot write has not succeeded
        await takeOver(time);
      }
      if (expires !== null && expires <= time) await endExpired(time);
      seen = { at: begun, time };
      tidy(time);
    },
    ended: () => tidying,
  };
}
