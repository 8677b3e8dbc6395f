export * from "./choice.js";
export * from "./flag.js";
export * from "./form.js";
export * from "./integer.js";
export * from "./names.js";
export * from "./optional.js";
export * from "./template.js";
export { secret, type TextOptions, text } from "./text.js";
