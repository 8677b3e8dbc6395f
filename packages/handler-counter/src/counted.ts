import { done, type Outcome } from "@bookend/core";

/** Returns the outcome of a change: the new value of the counter. */
export function counted(value: number): Outcome {
  return done({ details: { value } });
}
