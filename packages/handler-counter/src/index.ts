export type { CounterStore } from "./counter-store.js";
export { type CounterOptions, counter } from "./handler.js";
export { memoryCounters } from "./memory-counters.js";
