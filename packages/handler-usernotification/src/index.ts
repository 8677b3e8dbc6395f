export * from "./handler.js";
export * from "./mailer.js";
export type { Named } from "./named.js";
export * from "./people.js";
export * from "./sms-gateway.js";
