import { problemMessage } from "@bookend/core";
import { StoreError } from "../errors.js";

/** The largest value of a counter; the smallest one is its negative. */
export const largestCount = Number.MAX_SAFE_INTEGER;

/**
 * A change to a counter, or several changes combined in order. Adds `by`, but the result is at least `floor`, which is
 * -Infinity if there is no limit. If `sets` is true, `by` is the new value, whatever the value was before.
 */
export interface CounterChange {
  readonly sets: boolean;
  readonly by: number;
  readonly floor: number;
}

/** The change that sets a counter to zero. */
export const resetting: CounterChange = { sets: true, by: 0, floor: -Infinity };

/** @throws {StoreError} PARAMETER_INVALID */
export function adding(by: number): CounterChange {
  checkAmount(by);
  return { sets: false, by, floor: -Infinity };
}

/** Creates a change that subtracts; the resulting value is at least zero. @throws {StoreError} PARAMETER_INVALID */
export function takingToZero(by: number): CounterChange {
  checkAmount(by);
  return { sets: false, by: -by, floor: 0 };
}

/** Combines two changes into one; `second` comes later. */
export function inOrder(first: CounterChange, second: CounterChange): CounterChange {
  if (second.sets) return second;
  const by = inRange(first.by + second.by);
  if (first.sets) return { sets: true, by: Math.max(second.floor, by), floor: -Infinity };
  return { sets: false, by, floor: Math.max(second.floor, first.floor + second.by) };
}

/**
 * Returns the value of a counter after a change.
 *
 * @throws {StoreError} COUNTER_OUT_OF_RANGE
 */
export function valueAfter(change: CounterChange, name: string, value: number): number {
  const after = change.sets ? change.by : Math.max(change.floor, value + change.by);
  if (Math.abs(after) <= largestCount) return after;
  throw new StoreError(
    "COUNTER_OUT_OF_RANGE",
    `The counter ${JSON.stringify(name)} is ${value}; a change by ${change.by} would exceed its range, which is from -${largestCount} to ${largestCount}.`,
  );
}

function inRange(count: number): number {
  return Math.max(-largestCount, Math.min(largestCount, count));
}

function checkAmount(by: number): void {
  if (!Number.isSafeInteger(by)) {
    const allowed = `a whole number from -${largestCount} to ${largestCount}`;
    throw new StoreError("PARAMETER_INVALID", problemMessage(`a counter cannot change by ${by}`, allowed, "by"));
  }
}
