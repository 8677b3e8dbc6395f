export { type CustomUserAttributeOptions, customUserAttribute } from "./handler.js";
export type { UserAttributes } from "./user-attributes.js";
