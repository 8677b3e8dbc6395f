import { type Escape, escapeUrl, parseTemplate, type Template } from "@bookend/core";
import { webhookTags } from "./webhook-tags.js";

/** Puts values into a template, each through the escape. */
export type Render = (template: Template, escapeValue?: Escape) => Promise<string>;

/** A body with tags, parsed. */
export interface BodyTemplate {
  /** Names of the tags in it. */
  readonly tags: ReadonlySet<string>;
  render(render: Render): Promise<string>;
}

const options = { extraTags: webhookTags.map(({ name }) => name) };

/** A body that is sent as it is. */
export function literalBody(source: string): BodyTemplate {
  return { tags: new Set(), render: async () => source };
}

/**
 * Form fields with tags; each value is URL-encoded as it is inserted.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function formBody(source: string): BodyTemplate {
  const template = parseTemplate(source, options);
  return { tags: template.tags, render: (render) => render(template, escapeUrl) };
}

/** A string of JSON, quotes included. What is between them stays as it is written: numbers keep their digits. */
const jsonString = /"(?:[^"\\]|\\.)*"/g;

/**
 * JSON with tags in its keys and strings. Each is parsed, filled and encoded again, so that no value can leave its string.
 * The source must be JSON.
 *
 * @throws {ValueError} VALUE_INVALID for a tag that does not exist
 */
export function jsonBody(source: string): BodyTemplate {
  const parts: (string | Template)[] = [];
  let end = 0;
  for (const { 0: literal, index } of source.matchAll(jsonString)) {
    const text: string = JSON.parse(literal);
    const template = parseTemplate(text, options);
    if (template.tags.size === 0 && !text.includes("{")) continue;
    parts.push(source.slice(end, index), template);
    end = index + literal.length;
  }
  parts.push(source.slice(end));
  return {
    tags: new Set(parts.flatMap((part) => (typeof part === "string" ? [] : [...part.tags]))),
    async render(render) {
      let body = "";
      for (const part of parts) {
        body += typeof part === "string" ? part : JSON.stringify(await render(part));
      }
      return body;
    },
  };
}
