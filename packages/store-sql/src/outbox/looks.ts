import type { Transaction } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import { lookSize } from "./claim-statements.js";
import type { Claims, Share, WaitingDestination } from "./claims.js";
import type { ClaimedRow } from "./delivery-row.js";

/**
 * Number of the deliveries that became due last whose destinations each lookup includes, if there are more destinations
 * than one lookup covers.
 */
const recentSize = 100;

/** A search that took longer than this many milliseconds has read many deliveries that this process cannot send. */
const costlyMs = 10;

/**
 * A costly search without results is repeated after this multiple of its duration, so that it takes at most a twentieth
 * of the time.
 */
const restFactor = 20;

/** The result of one lookup of destinations with waiting deliveries. */
export interface Look {
  /** The destinations, in the order in which they get places. */
  readonly waiting: readonly WaitingDestination[];
  /** The number of places by which the destinations are rotated; see `sharesOf`. */
  readonly turn: number;
}

/** The lookups of waiting deliveries by a claiming process. */
export interface Looks {
  /** Looks up the destinations of due deliveries. */
  next(now: number, trx?: Transaction<StoreSchema>): Promise<Look>;
  /** Records how many of the free places each destination of the last lookup received. */
  given(shares: readonly Share[], free: number): void;
  /**
   * Records what a claim found for these shares, and how long that took. Destinations without results may have a
   * hundred thousand deliveries of an unknown kind, all of which were read. They are skipped for a time, so that others
   * are not delayed.
   */
  found(shares: readonly Share[], rows: readonly Pick<ClaimedRow, "destination">[], tookMs: number): void;
}

/**
 * Creates the lookups of due deliveries. A lookup costs the same whether deliveries wait for 250 destinations or for a
 * hundred thousand: it goes through them by name, and continues where the previous one ended, so that each has its
 * turn. Half of the places are for the destinations of the deliveries that became due last, so that a fresh delivery
 * does not wait until all others have had their turn.
 */
export function createLooks(claims: Pick<Claims, "recent" | "waiting">): Looks {
  let turn = 0;
  /** The name after which the next lookup begins. Undefined to begin with the first destination. */
  let after: string | undefined;
  /** Whether a single lookup does not cover all destinations. */
  let areMany = false;
  let seen: readonly WaitingDestination[] = [];
  /** The destinations of the deliveries that became due last, which have places out of turn. */
  let latest: ReadonlySet<string> = new Set();
  /** The time until which each destination is skipped, by `performance.now()`. */
  const resting = new Map<string, number>();
  const isAwake = ({ circuit: { name }, sending }: WaitingDestination) => {
    const until = resting.get(name);
    if (until === undefined) return true;
    // while one delivery is being sent, the others may only be waiting for their turn in the order
    if (until > performance.now() && sending === 0) return false;
    resting.delete(name);
    return true;
  };

  return {
    async next(now, trx) {
      turn += 1;
      const recent = areMany ? await claims.recent(now, recentSize, trx) : [];
      latest = new Set(recent.map(({ circuit: { name } }) => name));
      // nothing is due
      if (areMany && recent.length === 0) {
        seen = [];
        return { waiting: [], turn: 0 };
      }
      seen = await claims.waiting(after, trx);
      if (after === undefined) areMany = seen.length === lookSize;
      const order = areMany ? alternating(recent, seen) : seen;
      return { waiting: resting.size === 0 ? order : order.filter(isAwake), turn: areMany ? 0 : turn };
    },
    found(shares, rows, tookMs) {
      if (tookMs < costlyMs) return;
      const names = new Set(rows.map(({ destination }) => destination));
      for (const { name } of shares) if (!names.has(name)) resting.set(name, performance.now() + restFactor * tookMs);
    },
    given(shares, free) {
      if (!areMany || seen.length === 0) return;
      const isFull = shares.reduce((sum, { share }) => sum + share, 0) >= free;
      const names = new Set(shares.map(({ name }) => name));
      const served = seen.filter(({ circuit: { name } }) => names.has(name) && !latest.has(name));
      // if no destination was served only because of its name, half of the places are assumed to have been for `seen`
      const last = isFull ? (served.at(-1) ?? seen[Math.ceil(shares.length / 2) - 1]) : seen.at(-1);
      const isEnd = seen.length < lookSize && last === seen.at(-1);
      after = isEnd ? undefined : (last?.circuit.name ?? after);
    },
  };
}

/** Returns the destinations of both lists alternately, each destination once. */
function alternating(
  recent: readonly WaitingDestination[],
  others: readonly WaitingDestination[],
): readonly WaitingDestination[] {
  const found = new Map<string, WaitingDestination>();
  for (let index = 0; index < Math.max(recent.length, others.length); index += 1) {
    for (const one of [recent[index], others[index]]) {
      if (one !== undefined && !found.has(one.circuit.name)) found.set(one.circuit.name, one);
    }
  }
  return [...found.values()];
}
