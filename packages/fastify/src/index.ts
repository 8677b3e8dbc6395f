export * from "./bookend-plugin.js";
export { clientAddress, parseTrustedProxies, type TrustedProxies } from "./client-address.js";
export * from "./error-response.js";
export * from "./errors.js";
export * from "./mount-fetch.js";
export * from "./options.js";
