import type { Passwords } from "../secrets/passwords.js";

/** Maximum number of PIN hashes for one request: each takes tens of milliseconds of CPU time. */
const maxHashes = 50;

/** Compares PINs for one request. */
export interface PinCheck {
  /**
   * Returns whether the PIN has this hash; without a hash, whether the PIN is empty. Undefined if the request has
   * already computed the maximum number of hashes.
   */
  matches(hash: string | null, pin: string): Promise<boolean | undefined>;
}

/** Creates a check that computes at most `most` hashes, none of them twice. */
export function createPinCheck({ verify }: Pick<Passwords, "verify">, most = maxHashes): PinCheck {
  const known = new Map<string, boolean>();
  let computed = 0;
  return {
    async matches(hash, pin) {
      if (hash === null) return pin === "";
      const key = `${hash}\0${pin}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (computed >= most) return undefined;
      computed += 1;
      const matches = await verify(hash, pin);
      known.set(key, matches);
      return matches;
    },
  };
}
