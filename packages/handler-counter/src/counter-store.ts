import type { MaybePromise } from "@bookend/core";

/**
 * Where counters are kept. Each method is atomic, over all processes that share the store,
 * creates a counter that does not exist, at zero, and returns the new value.
 */
export interface CounterStore {
  add(name: string, by: number): MaybePromise<number>;
  /** Without `allowNegative` it stops at zero, and a counter below zero goes to zero. */
  decrease(name: string, options: { readonly by?: number; readonly allowNegative: boolean }): MaybePromise<number>;
  /** Sets it to zero. */
  reset(name: string): MaybePromise<number>;
}
