export { createAdmin } from "./admin.js";
export type { BindingItem } from "./binding-item.js";
export { errorCodes } from "./errors.js";
export type {
  Admin,
  AdminDenied,
  AdminOptions,
  AuthorizeInput,
  EnvelopeOptions,
  Operation,
  Permission,
} from "./options.js";
