import { type Action, optionsJsonSchemaOf } from "@bookend/core";
import { flagOf } from "../binding-fields.js";
import { isRecord } from "../fields.js";

/** Longer ones are refused by every schema. */
const maxLength = 262_144;

/**
 * Options of privacyIDEA as they are written here. Its templates write a literal brace as two; here two begin a block, and `\{` is a
 * literal one. Only an option that has `{{` is touched: in any other one braces mean the same on both sides.
 */
export function adoptOptions(
  action: Action | undefined,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!action) return options;
  const { properties } = optionsJsonSchemaOf(action);
  const adopted = { ...options };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== "string" || value.length > maxLength || !value.includes("{{")) continue;
    const schema =
      isRecord(properties) && Object.hasOwn(properties, name) ? schemaWithTags(properties[name]) : undefined;
    if (schema === undefined || !applies(schema["x-tags-if"], options)) continue;
    const json = schema["x-tags-in-json"] !== undefined && applies(schema["x-tags-in-json"], options) && isJson(value);
    adopted[name] = json ? inStrings(value, single) : single(value);
  }
  return adopted;
}

/** The part of an option's schema that says that tags are replaced; undefined if they are not. */
function schemaWithTags(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  if (isRecord(schema) && Object.hasOwn(schema, "x-tags")) return schema;
  for (const part of Object.values(schema)) {
    const found = schemaWithTags(part);
    if (found) return found;
  }
  return undefined;
}

/** Whether another option decides so: by its value, by one of several, or by having any. */
function applies(condition: unknown, options: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(condition) || typeof condition.option !== "string") return condition !== false;
  const value = options[condition.option];
  if (condition.value === undefined) return value !== undefined && value !== null && value !== "";
  const values: readonly unknown[] = Array.isArray(condition.value) ? condition.value : [condition.value];
  return values.includes(flagOf(value));
}

/** `{{` is `\{`, and `}}` is `}`. */
function single(text: string): string {
  return text.replaceAll("{{", "\\{").replaceAll("}}", "}");
}

/** A string of JSON, quotes included. */
const jsonString = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** Rewrites the strings of JSON; the braces around them are JSON's own. */
function inStrings(json: string, rewrite: (text: string) => string): string {
  return json.replace(jsonString, (literal) => {
    const text: unknown = JSON.parse(literal);
    const rewritten = typeof text === "string" ? rewrite(text) : text;
    return rewritten === text ? literal : JSON.stringify(rewritten);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
