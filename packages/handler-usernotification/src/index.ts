export * from "./handler.js";
export * from "./mailer.js";
export * from "./named.js";
export * from "./people.js";
export * from "./sms-gateway.js";
