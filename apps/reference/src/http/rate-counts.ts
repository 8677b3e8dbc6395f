import type { RateLimits } from "./rate-limits.js";

/** Seconds after which a refused client may call again; undefined if the call is not refused. */
export type Refusal = number | undefined;

/** Counts calls of clients, in this process or for all workers of a server. */
export interface RateCounts {
  /** Counts a call of a route that needs no login. */
  anonymous(address: string): Refusal | Promise<Refusal>;
  /** Takes a place for a login that begins, since it may fail, unless it is refused. */
  beginLogin(login: string): Refusal | Promise<Refusal>;
  /** Gives the place back. */
  endLogin(login: string, failed: boolean): void | Promise<void>;
}

const minuteMs = 60_000;
const tenSecondsMs = 10_000;

/** Most addresses and logins that are remembered; the one unused for longest is forgotten first. */
const remembered = 50_000;

/** Counts in this process. */
export function createRateCounts(
  { failedLogins, anonymous }: Pick<RateLimits, "failedLogins" | "anonymous">,
  clock: () => number = Date.now,
): RateCounts {
  const calls = new Windows(tenSecondsMs, clock);
  const failures = new Windows(minuteMs, clock);
  /** Logins under way: they may all fail. */
  const open = new Map<string, number>();
  return {
    anonymous(address) {
      const { count, endsInMs } = calls.add(address);
      return count > anonymous ? secondsOf(endsInMs) : undefined;
    },
    beginLogin(login) {
      const { count, endsInMs } = failures.read(login);
      const places = open.get(login) ?? 0;
      if (count + places >= failedLogins) return secondsOf(endsInMs);
      open.set(login, places + 1);
      return undefined;
    },
    endLogin(login, failed) {
      if (failed) failures.add(login);
      const places = (open.get(login) ?? 1) - 1;
      if (places > 0) open.set(login, places);
      else open.delete(login);
    },
  };
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

/** How often something happened in a window of time that begins with its first time. */
class Windows {
  readonly #lengthMs: number;
  readonly #clock: () => number;
  /** In the order in which they were used last. */
  readonly #windows = new Map<string, { count: number; readonly endsAt: number }>();

  constructor(lengthMs: number, clock: () => number) {
    this.#lengthMs = lengthMs;
    this.#clock = clock;
  }

  add(key: string): { readonly count: number; readonly endsInMs: number } {
    const now = this.#clock();
    const known = this.#windows.get(key);
    const window = known !== undefined && known.endsAt > now ? known : { count: 0, endsAt: now + this.#lengthMs };
    window.count += 1;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    const [unused] = this.#windows.size > remembered ? this.#windows.keys() : [];
    if (unused !== undefined) this.#windows.delete(unused);
    return { count: window.count, endsInMs: window.endsAt - now };
  }

  read(key: string): { readonly count: number; readonly endsInMs: number } {
    const now = this.#clock();
    const known = this.#windows.get(key);
    if (known === undefined || known.endsAt <= now) return { count: 0, endsInMs: 0 };
    this.#windows.delete(key);
    this.#windows.set(key, known);
    return { count: known.count, endsInMs: known.endsAt - now };
  }
}
