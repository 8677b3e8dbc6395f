export * from "./handler.js";
export * from "./parent-logger.js";
