import { defineAction, done } from "@bookend/core";
import type { CounterStore } from "../counter-store.js";
import { decreaseOptions } from "../options.js";

/** `decrease_counter`: subtracts one, but stops at zero unless negative values are allowed. */
export function decreaseCounter(counters: CounterStore) {
  return defineAction({
    description: "Subtracts one from a counter.",
    options: decreaseOptions,
    changes: ["counters"],
    selfContained: true,
    changesCall: false,
    async run({ options, call }) {
      const how = { by: 1, allowNegative: options.allow_negative_values };
      const value = await counters.decrease(options.counter_name, how, { id: call.id });
      return done({ details: { value } });
    },
  });
}
