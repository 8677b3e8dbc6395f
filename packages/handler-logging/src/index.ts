export { type LoggingOptions, logging } from "./handler.js";
export type { ParentLogger } from "./parent-logger.js";
