/** What a client may reach. */
export interface CountLimits {
  /** Failed logins a minute, of each address and login together. */
  readonly failedLogins: number;
  /** Calls of routes that need no login, in ten seconds, of each address. */
  readonly anonymous: number;
}

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

/** Addresses and logins used last that are remembered. Up to twice as many are. */
const remembered = 50_000;

/** Counts in this process. */
export function createRateCounts({ failedLogins, anonymous }: CountLimits, clock: () => number = Date.now): RateCounts {
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

/** A window of one client. */
interface Window {
  count: number;
  readonly endsAt: number;
}

/** How often something happened in a window of time that begins with its first time. */
class Windows {
  readonly #lengthMs: number;
  readonly #clock: () => number;
  /** Those used since the others became the old ones: forgetting half of them at once costs nothing, finding the one unused for longest would. */
  #used = new Map<string, Window>();
  #old: ReadonlyMap<string, Window> = new Map();

  constructor(lengthMs: number, clock: () => number) {
    this.#lengthMs = lengthMs;
    this.#clock = clock;
  }

  add(key: string): { readonly count: number; readonly endsInMs: number } {
    const now = this.#clock();
    const window = this.#find(key, now) ?? this.#keep(key, { count: 0, endsAt: now + this.#lengthMs });
    window.count += 1;
    return { count: window.count, endsInMs: window.endsAt - now };
  }

  read(key: string): { readonly count: number; readonly endsInMs: number } {
    const now = this.#clock();
    const window = this.#find(key, now);
    return window === undefined ? { count: 0, endsInMs: 0 } : { count: window.count, endsInMs: window.endsAt - now };
  }

  #find(key: string, now: number): Window | undefined {
    const used = this.#used.get(key);
    const window = used ?? this.#old.get(key);
    if (window === undefined || window.endsAt <= now) return undefined;
    return used ?? this.#keep(key, window);
  }

  #keep(key: string, window: Window): Window {
    if (this.#used.size >= remembered && !this.#used.has(key)) {
      this.#old = this.#used;
      this.#used = new Map();
    }
    this.#used.set(key, window);
    return window;
  }
}
