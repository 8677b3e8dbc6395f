export * from "./counter-store.js";
export * from "./handler.js";
export * from "./memory-counters.js";
