import { defineHandler, type Handler } from "@bookend/core";
import { decreaseCounter } from "./actions/decrease-counter.js";
import { increaseCounter } from "./actions/increase-counter.js";
import { resetCounter } from "./actions/reset-counter.js";
import type { CounterStore } from "./counter-store.js";

/** Options of `counter`. */
export interface CounterOptions {
  /** The store of the counters. */
  readonly counters: CounterStore;
}

/** Counts events. Modeled on privacyIDEA's counter handler. */
export function counter({ counters }: CounterOptions): Handler {
  return defineHandler({
    id: "Counter",
    description: "Counts events.",
    positions: ["pre", "post"],
    actions: {
      increase_counter: increaseCounter(counters),
      decrease_counter: decreaseCounter(counters),
      reset_counter: resetCounter(counters),
    },
  });
}
