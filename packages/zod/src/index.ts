export { choice } from "./choice.js";
export { flag } from "./flag.js";
export { type FormOptions, form } from "./form.js";
export { type IntegerOptions, integer } from "./integer.js";
export { jsonSchemaOf } from "./json-schema-of.js";
export { type NamesOptions, names } from "./names.js";
export { type DefaultedOption, type OptionalOption, optional, optionalText, withDefault } from "./optional.js";
export { type TemplateOptions, template } from "./template.js";
export { secret, type TextOptions, text } from "./text.js";
