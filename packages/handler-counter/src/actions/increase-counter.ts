import { defineAction, mapMaybe } from "@bookend/core";
import { counted } from "../counted.js";
import type { CounterStore } from "../counter-store.js";
import { counterOptions } from "../options.js";

/** `increase_counter`: adds one. */
export function increaseCounter(counters: CounterStore) {
  return defineAction({
    description: "Adds one to a counter.",
    options: counterOptions,
    changes: ["counters"],
    selfContained: true,
    changesCall: false,
    run: ({ options, call }) => mapMaybe(counters.add(options.counter_name, 1, { id: call.id }), counted),
  });
}
