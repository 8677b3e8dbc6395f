import { type AnyDeliveryKind, type SendResult, tryDelivery } from "@bookend/core";
import type { Claims, HeldClaim } from "./claims.js";
import { isUnreadable, metaOf, unreadableReason } from "./delivery-meta.js";
import { type ClaimedRow, deliveryOf } from "./delivery-row.js";
import { settle } from "./next-try.js";
import type { PayloadSeal } from "./sealed-payload.js";
import type { EndedTry } from "./settlement.js";
import type { Settler } from "./settler.js";

/** Dependencies of attempts. */
interface TryEnvironment {
  readonly kinds: ReadonlyMap<string, AnyDeliveryKind>;
  readonly seal: PayloadSeal;
  readonly settler: Settler<EndedTry>;
  readonly claims: Pick<Claims, "release">;
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number;
  /** Returns a number from 0 to 1, for jitter. */
  readonly random: () => number;
  readonly failed: (error: unknown) => void;
  /** Called when an attempt has ended and its outcome has been written. */
  readonly freed: () => void;
}

/** The attempts of a process that are running, or whose outcome has not been written yet. */
export interface Tries {
  readonly size: number;
  /** Returns the claims of these attempts. */
  held(): readonly HeldClaim[];
  /** Returns the number of these attempts for each destination. */
  byDestination(): Map<string, number>;
  /** Returns the deliveries that are still being sent and that may be sent again even if their outcome is uncertain. */
  releasable(): readonly ClaimedRow[];
  /** Sends a claimed delivery once and writes the outcome. */
  begin(row: ClaimedRow): Promise<void>;
  /** Aborts all running attempts, and any that begin later, because the process is stopping. */
  abort(): void;
  /** Resolves when no attempts are left. */
  ended(): Promise<void>;
}

interface Running {
  readonly row: ClaimedRow;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  /** Whether the outcome is known and about to be written. */
  hasEnded: boolean;
}

/** Maximum delay of a timer, in milliseconds. Timers with a longer delay fire immediately. */
const longestTimerMs = 2 ** 31 - 1;

/** Creates the attempts of a process. */
export function createTries({ kinds, seal, settler, claims, now, random, failed, freed }: TryEnvironment): Tries {
  const running = new Map<number, Running>();
  const release = releaseTogether(claims);
  let aborted = false;
  const stopping = () => new Error("the process is stopping");

  async function run(row: ClaimedRow, abort: AbortController): Promise<void> {
    const at = now();
    const started = performance.now();
    const result = await send(row, abort, at);
    const own = running.get(row.seq);
    if (own) own.hasEnded = true;
    if (aborted && isReleasable(row, result)) {
      try {
        if (await release(row)) return;
        // the delivery was cancelled, which is written below, or another process now holds the claim
      } catch (error) {
        failed(error);
        return;
      }
    }
    const time = now();
    const settled = settle(row, metaOf(row).retry, { result, now: time, random: random() });
    await settler.add({ row, result, settled, at, ms: performance.now() - started, now: time });
  }

  async function send(row: ClaimedRow, abort: AbortController, at: number): Promise<SendResult> {
    const kind = kinds.get(row.kind);
    if (!kind || row.payload === null)
      return { status: "failed", reason: "its payload no longer exists", permanent: true };
    if (isUnreadable(row)) return { status: "failed", reason: unreadableReason, permanent: true };
    const opened = seal.open(row.payload, row);
    if ("fault" in opened) return { status: "failed", reason: opened.fault, permanent: true };
    const version = kind.version ?? 1;
    let { payload } = opened;
    try {
      if (row.version < version && kind.upgrade) payload = kind.upgrade(payload, row.version);
    } catch {
      const reason = `its payload of version ${row.version} cannot be upgraded to version ${version}`;
      return { status: "failed", reason, permanent: true };
    }
    const { timeoutMs } = metaOf(row).retry;
    const context = { signal: abort.signal, attempt: row.attempt, queuedMs: Math.max(0, at - row.due), receipts: true };
    const sending = tryDelivery(kind, deliveryOf(row, payload, version), context);
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          abort.abort(new Error("the attempt took too long"));
          resolve({ status: "failed", reason: `it took longer than ${timeoutMs} ms`, uncertain: true });
        },
        Math.min(timeoutMs, longestTimerMs),
      );
      void sending.then((result) => {
        clearTimeout(timer);
        resolve(result);
      });
    });
  }

  return {
    get size() {
      return running.size;
    },
    held: () => [...running.values()].map(({ row }) => row),
    byDestination() {
      const counts = new Map<string, number>();
      for (const { row } of running.values()) counts.set(row.destination, (counts.get(row.destination) ?? 0) + 1);
      return counts;
    },
    releasable: () =>
      [...running.values()]
        .filter(({ row, hasEnded }) => !hasEnded && metaOf(row).retry.whenUncertain === "retry")
        .map(({ row }) => row),
    begin(row) {
      const abort = new AbortController();
      if (aborted) abort.abort(stopping());
      const own: Running = {
        row,
        abort,
        hasEnded: false,
        // an unexpected error affects only this delivery, which is taken over when its lease expires
        ended: run(row, abort)
          .catch(failed)
          .finally(() => {
            // the transaction that wrote this result may have claimed the delivery again, for an attempt that is
            // running
            if (running.get(row.seq) === own) running.delete(row.seq);
            freed();
          }),
      };
      running.set(row.seq, own);
      return own.ended;
    },
    abort() {
      aborted = true;
      for (const { abort } of running.values()) abort.abort(stopping());
    },
    async ended() {
      while (running.size > 0) await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

/**
 * Returns a function that releases a claim, and resolves to whether it was released. Claims of the same turn of the
 * event loop share one statement, because a stopping process may hold many.
 */
function releaseTogether({ release }: Pick<Claims, "release">): (claim: HeldClaim) => Promise<boolean> {
  let next: { readonly claims: HeldClaim[]; readonly released: Promise<ReadonlySet<number>> } | undefined;
  return async (claim) => {
    if (next === undefined) {
      const claims: HeldClaim[] = [];
      const turn = new Promise(setImmediate);
      const released = turn.then(() => {
        next = undefined;
        return release(claims);
      });
      next = { claims, released };
    }
    next.claims.push(claim);
    return (await next.released).has(claim.seq);
  };
}

/** Returns whether an attempt that a graceful stop aborted may be treated as if it had never happened. */
function isReleasable(row: ClaimedRow, result: SendResult): boolean {
  return result.status === "failed" && !(result.uncertain && metaOf(row).retry.whenUncertain === "stop");
}
