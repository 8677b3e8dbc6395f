import { ApiError } from "../http/api-error.js";
import { type CountLimits, createRateCounts, type RateCounts, type Refusal } from "../http/rate-counts.js";
import type { Answers, Peer } from "./peer.js";

/** Milliseconds within which the primary must count a call. */
const deadlineMs = 2_000;

type Question = keyof RateCounts;

/** Returns counts for a worker that are kept by the primary, so that limits apply to all workers together. */
export function sharedRateCounts(primary: Pick<Peer, "ask">): RateCounts {
  const ask = async (question: Question, value: unknown): Promise<Refusal> => {
    try {
      return (await primary.ask(question, value, deadlineMs)) as Refusal;
    } catch {
      // refused, since a call that cannot be counted might exceed the limit
      throw new ApiError(903, 503, "The server cannot count calls at present. Try again later.");
    }
  };
  return {
    anonymous: (address) => ask("anonymous", address),
    beginLogin: (login) => ask("beginLogin", login),
    async endLogin(login, failed) {
      // not awaited, so that the response is not delayed; the primary receives messages in order, and so counts this login
      // before the worker's next one
      void primary.ask("endLogin", { login, failed }).catch(() => undefined);
    },
  };
}

/** Counts in the primary, for all workers. */
export class CountedWorkers {
  readonly #counts: RateCounts;

  constructor(limits: CountLimits) {
    this.#counts = createRateCounts(limits);
  }

  /**
   * Returns the request handlers for one worker. Call `ended` when the worker has ended: its logins in progress then no
   * longer count.
   */
  worker(): { readonly answers: Answers; ended(): void } {
    const counts = this.#counts;
    /** Number of logins in progress on this worker, by login. */
    const begun = new Map<string, number>();
    return {
      answers: {
        anonymous: (address: string) => counts.anonymous(address),
        async beginLogin(login: string) {
          const refused = await counts.beginLogin(login);
          if (refused === undefined) begun.set(login, (begun.get(login) ?? 0) + 1);
          return refused;
        },
        async endLogin({ login, failed }: { readonly login: string; readonly failed: boolean }) {
          const left = (begun.get(login) ?? 1) - 1;
          if (left > 0) begun.set(login, left);
          else begun.delete(login);
          await counts.endLogin(login, failed);
        },
      },
      ended() {
        for (const [login, count] of begun) {
          for (let ended = 0; ended < count; ended++) void counts.endLogin(login, false);
        }
        begun.clear();
      },
    };
  }
}
