import { type CircuitOptions, circuitState, isOnTrial } from "./circuit.js";
import type { Share, WaitingDestination } from "./claims.js";

/** The limits of a destination. */
export interface DestinationLimits {
  /**
   * Deliveries that all processes together send at the same time; with an engine, that one process sends. @default
   * three quarters of the concurrency of `start`; with an engine, no limit
   */
  readonly concurrency?: number | undefined;
  /** Attempts that one process begins per second. @default no limit */
  readonly ratePerSecond?: number | undefined;
}

/** Counts the attempts for destinations that have a rate limit. */
export interface RateLimits {
  /** Returns the number of attempts for a destination that may begin now; infinity if it has no rate limit. */
  left(name: string, now: number): number;
  spend(name: string, count: number): void;
}

/**
 * Creates {@link RateLimits}: for each destination with a rate, a bucket of the attempts that may begin in a second.
 */
export function rateLimits(limits: Readonly<Record<string, DestinationLimits>>): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    left(name, now) {
      const rate = limits[name]?.ratePerSecond;
      if (rate === undefined) return Number.POSITIVE_INFINITY;
      const capacity = Math.max(1, rate);
      const bucket = buckets.get(name) ?? { tokens: capacity, at: now };
      bucket.tokens = Math.min(capacity, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate);
      bucket.at = now;
      buckets.set(name, bucket);
      return Math.floor(bucket.tokens);
    },
    spend(name, count) {
      const bucket = buckets.get(name);
      if (bucket) bucket.tokens -= count;
    },
  };
}

/** Input of {@link sharesOf}. `now` is in milliseconds since 1970. */
export interface ShareContext {
  readonly free: number;
  readonly concurrency: number;
  readonly now: number;
  readonly limits: Readonly<Record<string, DestinationLimits>>;
  readonly rates: RateLimits;
  readonly circuit: CircuitOptions;
  /** Number of places by which destinations are rotated: if it differs each time, others come first each time. */
  readonly turn: number;
}

/**
 * Decides how many deliveries of each destination are claimed: nearly equal parts, and nothing for a paused
 * destination. A destination that failed too often gets one attempt, and no single destination takes all places, so
 * that a dead host does not delay the others.
 */
export function sharesOf(waiting: readonly WaitingDestination[], context: ShareContext): readonly Share[] {
  const { free, concurrency, now, limits, rates, circuit: options, turn } = context;
  const most = Math.max(1, Math.floor(concurrency * 0.75));
  const rooms = waiting
    .filter(({ circuit, due }) => due <= now && circuitState(circuit, now) === "open")
    .map(({ circuit, sending }) => {
      const { name } = circuit;
      const cap = isOnTrial(circuit, options) ? 1 : (limits[name]?.concurrency ?? most);
      return { name, room: Math.min(cap - sending, rates.left(name, now)) };
    })
    .filter(({ room }) => room > 0);
  const turned = rooms.map((_, index) => rooms[(index + turn) % rooms.length] as (typeof rooms)[number]);
  const shares = new Map<string, number>();
  let left = free;
  for (let open = turned; left > 0 && open.length > 0; ) {
    const part = Math.max(1, Math.floor(left / open.length));
    for (const { name, room } of open) {
      const had = shares.get(name) ?? 0;
      const more = Math.min(part, room - had, left);
      left -= more;
      shares.set(name, had + more);
    }
    open = open.filter(({ name, room }) => room > (shares.get(name) ?? 0));
  }
  return [...shares].filter(([, share]) => share > 0).map(([name, share]) => ({ name, share }));
}
