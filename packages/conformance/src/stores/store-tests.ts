import type { ConformanceTest } from "../conformance-test.js";
import { inTime } from "../deadline.js";

/** Something that a test opened, and a function that closes it. */
export type Opened<S> = S & { readonly close?: (() => Promise<void> | void) | undefined };

/** Longest time that a test of a store may take, in milliseconds. */
const testTimeoutMs = 120_000;

/** Returns tests, each of which opens a separate store and closes it. */
export function storeTests<S>(
  open: () => Promise<Opened<S>> | Opened<S>,
  tests: Readonly<Record<string, (store: S) => Promise<void>>>,
): readonly ConformanceTest[] {
  return Object.entries(tests).map(([name, test]) => ({
    name,
    async run() {
      const store = await open();
      try {
        await inTime(test(store), `"${name}"`, testTimeoutMs);
      } finally {
        await store.close?.();
      }
    },
  }));
}
