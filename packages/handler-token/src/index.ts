export * from "./handler.js";
export * from "./token-administration.js";
