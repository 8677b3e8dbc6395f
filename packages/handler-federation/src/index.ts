export type { FederationServer, FederationServers } from "./federation-server.js";
export { type FederationOptions, federation } from "./handler.js";
