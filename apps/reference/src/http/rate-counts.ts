/** The limits of a client. */
export interface CountLimits {
  /** Maximum number of failed logins per minute, for each combination of address and login. */
  readonly failedLogins: number;
  /** Maximum number of calls within ten seconds to routes that require no login, for each address. */
  readonly anonymous: number;
}

/** Seconds after which a refused client may call again; undefined if the call is not refused. */
export type Refusal = number | undefined;

/** Counts the calls of clients, either in this process or for all workers of a server. */
export interface RateCounts {
  /** Counts a call to a route that requires no login. */
  anonymous(address: string): Refusal | Promise<Refusal>;
  /**
   * Counts a login when it begins, as if it had failed, so that parallel logins cannot exceed the limit. A refused
   * login is not counted.
   */
  beginLogin(login: string): Refusal | Promise<Refusal>;
  /** Ends a login that `beginLogin` admitted. Only a failed login remains counted. */
  endLogin(login: string, failed: boolean): void | Promise<void>;
}

const minuteMs = 60_000;
const tenSecondsMs = 10_000;

/** Number of recently used addresses, and of logins, that are always remembered. At most twice as many are kept. */
const remembered = 50_000;

/** Creates counts for this process. */
export function createRateCounts({ failedLogins, anonymous }: CountLimits, clock: () => number = Date.now): RateCounts {
  const calls = new Windows(tenSecondsMs, clock);
  const failures = new Windows(minuteMs, clock);
  /** Number of logins in progress, by login. All of them may fail. */
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

/** The occurrences of one address or login until `endsAt`, in milliseconds of Unix time. */
interface Window {
  count: number;
  readonly endsAt: number;
}

/** Counts the occurrences of keys. The time window of a key begins with its first occurrence. */
class Windows {
  readonly #lengthMs: number;
  readonly #clock: () => number;
  /**
   * The windows that were used since `#old` was last replaced. When there are too many, they become `#old`, and the
   * former `#old` is forgotten. This is cheap, whereas finding the least recently used window would not be.
   */
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
