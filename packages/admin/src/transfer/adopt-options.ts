import { type Action, optionsJsonSchemaOf } from "@bookend/core";
import { flagOf } from "../binding-fields.js";
import { isRecord } from "../fields.js";

/** Maximum length of a string to convert; the schemas of options refuse longer strings anyway. */
const maxLength = 262_144;

/**
 * Converts options of privacyIDEA to Bookend's syntax. privacyIDEA's templates write a literal brace as two braces;
 * here, two braces begin a block, and `\{` is a literal brace. Only options that contain `{{` are changed: in all
 * others, braces mean the same in both systems.
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

/** Returns the part of an option's schema that determines when tags are replaced; undefined if they never are. */
function schemaWithTags(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  if (isRecord(schema) && Object.hasOwn(schema, "x-tags")) return schema;
  for (const part of Object.values(schema)) {
    const found = schemaWithTags(part);
    if (found) return found;
  }
  return undefined;
}

/**
 * Returns whether another option turns the replacement of tags on: by having a certain value, one of several values, or
 * any value.
 */
function applies(condition: unknown, options: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(condition) || typeof condition.option !== "string") return condition !== false;
  const value = options[condition.option];
  if (condition.value === undefined) return value !== undefined && value !== null && value !== "";
  const values: readonly unknown[] = Array.isArray(condition.value) ? condition.value : [condition.value];
  return values.includes(flagOf(value));
}

/** Replaces `{{` with `\{`, and `}}` with `}`. */
function single(text: string): string {
  return text.replaceAll("{{", "\\{").replaceAll("}}", "}");
}

/** A JSON string, including its quotes. */
const jsonString = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** Rewrites only the strings within JSON, since the other braces belong to its syntax. */
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
