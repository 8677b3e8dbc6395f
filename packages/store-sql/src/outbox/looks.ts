import type { Transaction } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import type { Claims, Share, WaitingDestination } from "./claims.js";

/** Destinations of one look. With fewer, each look sees all of them. */
export const lookSize = 250;

/** Deliveries that became due last whose destinations a look sees, too, if there are more. */
const recentSize = 100;

/** One look at what waits. */
export interface Look {
  /** In the order in which they get places. */
  readonly waiting: readonly WaitingDestination[];
  /** By how many they are turned: see `sharesOf`. */
  readonly turn: number;
}

/** The looks at what waits of a process that claims. */
export interface Looks {
  next(now: number, trx?: Transaction<StoreSchema>): Promise<Look>;
  /** What the destinations of the last look were given of the free places. */
  given(shares: readonly Share[], free: number): void;
}

/**
 * A look costs the same whether deliveries wait for 250 destinations or for a hundred thousand: it goes through them in the order of their names,
 * and goes on where the one before ended, so that each has its turn. Half of the places are for those of what became due last: a fresh delivery does not
 * wait until all others have had their turn.
 */
export function createLooks(claims: Pick<Claims, "recent" | "waitingAfter">): Looks {
  let turn = 0;
  let after = "";
  /** Whether one look does not see all. */
  let areMany = false;
  let seen: readonly WaitingDestination[] = [];

  return {
    async next(now, trx) {
      turn += 1;
      const recent = areMany ? await claims.recent(now, recentSize, trx) : [];
      // nothing is due
      if (areMany && recent.length === 0) {
        seen = [];
        return { waiting: [], turn: 0 };
      }
      seen = await claims.waitingAfter(after, lookSize, trx);
      if (after === "") areMany = seen.length === lookSize;
      return areMany ? { waiting: alternating(recent, seen), turn: 0 } : { waiting: seen, turn };
    },
    given(shares, free) {
      if (!areMany || seen.length === 0) return;
      const isFull = shares.reduce((sum, { share }) => sum + share, 0) >= free;
      const names = new Set(shares.map(({ name }) => name));
      const last = isFull ? seen.filter(({ circuit: { name } }) => names.has(name)).at(-1) : seen.at(-1);
      const isEnd = seen.length < lookSize && last === seen.at(-1);
      after = isEnd ? "" : (last?.circuit.name ?? after);
    },
  };
}

/** One of each in turn, and each destination once. */
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
