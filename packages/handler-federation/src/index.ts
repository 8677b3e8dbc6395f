export * from "./federation-server.js";
export * from "./handler.js";
