import { defineAction, mapMaybe } from "@bookend/core";
import type { CounterStore } from "../counter-store.js";
import { counterOptions } from "../options.js";

/** `reset_counter`: sets a counter to zero. */
export function resetCounter(counters: CounterStore) {
  return defineAction({
    description: "Sets a counter to zero.",
    options: counterOptions,
    changes: ["counters"],
    selfContained: true,
    changesCall: false,
    run: ({ options, call }) => mapMaybe(counters.reset(options.counter_name, { id: call.id }), () => undefined),
  });
}
