export * from "./handler.js";
export * from "./user-attributes.js";
