import { defineAction, mapMaybe } from "@bookend/core";
import { counted } from "../counted.js";
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
    run({ options, call }) {
      const how = { by: 1, allowNegative: options.allow_negative_values };
      return mapMaybe(counters.decrease(options.counter_name, how, { id: call.id }), counted);
    },
  });
}
