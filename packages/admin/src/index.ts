export * from "./admin.js";
export type { BindingItem } from "./binding-item.js";
export { errorCodes } from "./errors.js";
export * from "./options.js";
