import type { MaybePromise } from "@bookend/core";

/**
 * Stores counters. Each method is atomic across all processes that share the store,
 * creates a missing counter at zero first, and returns the new value.
 */
export interface CounterStore {
  add(name: string, by: number): MaybePromise<number>;
  /** Subtracts one. Without `allowNegative`, the result is never below zero. */
  decrease(name: string, options: { readonly by?: number; readonly allowNegative: boolean }): MaybePromise<number>;
  /** Sets the counter to zero. */
  reset(name: string): MaybePromise<number>;
}
