export * from "./authentication/types.js";
export * from "./create-domain.js";
export type { DomainSchema } from "./database/schema.js";
export * from "./domain.js";
export * from "./domain-error.js";
export * from "./senders/types.js";
export type { SettingsService } from "./settings.js";
export * from "./tokens/types.js";
export * from "./users/types.js";
