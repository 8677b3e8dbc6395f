import { ApiError } from "../http/api-error.js";
import { type CountLimits, createRateCounts, type RateCounts, type Refusal } from "../http/rate-counts.js";
import type { Answers, Peer } from "./peer.js";

/** Maximum milliseconds for which a call waits to be counted. */
const deadlineMs = 2_000;

type Question = keyof RateCounts;

/** Returns the counts of a worker. The primary counts for all workers, so that limits apply to the whole server. */
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
      // this does not delay the response; the next login uses the same channel, so it is counted after this one
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

  /** Handles the requests of one worker. `ended` releases the places of the worker's logins. */
  worker(): { readonly answers: Answers; ended(): void } {
    const counts = this.#counts;
    /** The number of places of each login. */
    const places = new Map<string, number>();
    return {
      answers: {
        anonymous: (address: string) => counts.anonymous(address),
        async beginLogin(login: string) {
          const refused = await counts.beginLogin(login);
          if (refused === undefined) places.set(login, (places.get(login) ?? 0) + 1);
          return refused;
        },
        async endLogin({ login, failed }: { readonly login: string; readonly failed: boolean }) {
          const left = (places.get(login) ?? 1) - 1;
          if (left > 0) places.set(login, left);
          else places.delete(login);
          await counts.endLogin(login, failed);
        },
      },
      ended() {
        for (const [login, count] of places) {
          for (let place = 0; place < count; place++) void counts.endLogin(login, false);
        }
        places.clear();
      },
    };
  }
}
