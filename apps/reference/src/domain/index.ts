export * from "./authentication/types.js";
export * from "./domain.js";
export * from "./domain-error.js";
export * from "./senders/types.js";
export * from "./settings.js";
export * from "./tokens/types.js";
export * from "./users/types.js";
