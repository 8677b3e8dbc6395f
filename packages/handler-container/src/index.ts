export * from "./container-administration.js";
export * from "./handler.js";
