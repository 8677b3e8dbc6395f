import type { Call, MaybePromise } from "@bookend/core";

/**
 * Stores counters. Each method is atomic across all processes that share the store, creates a missing counter at zero
 * first, and returns the new value.
 *
 * A store may commit the changes of a call when the call ends, together with its other writes. Until then, only the
 * call itself sees them, and they are included in the returned values.
 */
export interface CounterStore {
  /** @param call The call that the action belongs to. */
  add(name: string, by: number, call?: Pick<Call, "id">): MaybePromise<number>;
  /** Subtracts `by`, or one if it is not given. Without `allowNegative`, the result is never below zero. */
  decrease(
    name: string,
    options: { readonly by?: number; readonly allowNegative: boolean },
    call?: Pick<Call, "id">,
  ): MaybePromise<number>;
  /** Sets the counter to zero. */
  reset(name: string, call?: Pick<Call, "id">): MaybePromise<number>;
}
