export { type WebhookOptions, webhook } from "./handler.js";
export { isWebhookSecret } from "./signer.js";
