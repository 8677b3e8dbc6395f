import type { Transaction } from "kysely";
import { StoreError } from "../errors.js";
import type { StoreSchema } from "../store-schema.js";
import { turnQueue } from "../turn-queue.js";
import { abandonedResult } from "./next-try.js";
import type { Outcomes } from "./outcomes.js";
import type { EndedTry } from "./settlement.js";

/**
 * Claims deliveries for free places within a transaction; returns a function that begins their attempts, to be called
 * once the transaction is committed.
 */
export type Refill = (places: number, trx: Transaction<StoreSchema>) => Promise<() => void>;

/** Writes the results of attempts and, in the same transaction, fills the places that they leave. */
export interface Refills {
  /** Sets how places are filled; undefined to fill none. */
  use(refill: Refill | undefined): void;
  settle(ended: readonly EndedTry[]): Promise<void>;
  /** Runs a claim that does not follow a result, while no other claim is running. */
  alone<T>(claim: () => Promise<T>): Promise<T>;
}

/**
 * Creates the refills of an outbox. Claims take turns, because each counts what is being sent to a destination: two at
 * the same time would exceed its limit.
 *
 * @param patienceMs Milliseconds that a claim waits for its turn.
 */
export function createRefills(outcomes: Pick<Outcomes, "settle">, patienceMs: number): Refills {
  const turns = turnQueue(patienceMs, {
    late: () => new StoreError("DATABASE_TIMEOUT", "An earlier claim of deliveries has not ended."),
    closed: () => new StoreError("STORE_CLOSED", "The outbox is closed."),
  });
  let refill: Refill | undefined;
  return {
    use(next) {
      refill = next;
    },
    async alone(claim) {
      await turns.take();
      try {
        return await claim();
      } finally {
        turns.give();
      }
    },
    async settle(ended) {
      const claim = refill;
      // attempts that other processes abandoned did not have a place in this process
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
        // results are written even if nothing can be claimed
        await outcomes.settle(ended);
      } finally {
        turns.give();
      }
    },
  };
}
