export { type WebhookOptions, webhook } from "./handler.js";
