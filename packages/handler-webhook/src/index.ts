export * from "./handler.js";
