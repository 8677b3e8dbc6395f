/** Chooses at random. */
export interface Chooser {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number;
  readonly pick: <T>(from: readonly T[]) => T;
}

/** Chooses by a seed, so that a failure can be repeated. Algorithm: mulberry32. */
export function chooser(seed: number): Chooser {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  return { next, pick };
}
