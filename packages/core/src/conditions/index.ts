export * from "./base-conditions.js";
export * from "./challenge.js";
export * from "./container.js";
export * from "./counter.js";
export * from "./general.js";
export * from "./token.js";
export * from "./user.js";
