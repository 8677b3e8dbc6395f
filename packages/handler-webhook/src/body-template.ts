import { type Escape, escapeUrl, parseTemplate, type Template, ValueError } from "@bookend/core";
import { webhookTags } from "./webhook-tags.js";

/** Renders a template, escaping each value. */
export type Render = (template: Template, escapeValue?: Escape) => Promise<string>;

/** A parsed body with tags. */
export interface BodyTemplate {
  /** The names of the tags in the body. */
  readonly tags: ReadonlySet<string>;
  render(render: Render): Promise<string>;
}

const options = { extraTags: webhookTags.map(({ name }) => name) };

/** Creates a body that is sent unchanged. */
export function literalBody(source: string): BodyTemplate {
  return { tags: new Set(), render: async () => source };
}

/**
 * Parses form fields with tags. Each inserted value is URL-encoded.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function formBody(source: string): BodyTemplate {
  const template = parseTemplate(source, options);
  return { tags: template.tags, render: (render) => render(template, escapeUrl) };
}

/** A JSON string that is replaced with a value of another type: `"{number:param.amount}"`. */
const typedTag = /^\{(number|boolean):([^{}]*)\}$/;

/** The JSON value of a tag; null if the call has no value for it. */
interface TypedValue {
  readonly type: "number" | "boolean";
  readonly template: Template;
}

/**
 * Matches JSON strings, including their quotes. Everything between strings is left unchanged, so numbers keep their
 * digits.
 */
const jsonString = /"(?:[^"\\]|\\.)*"/g;

/**
 * Parses JSON with tags in its keys and strings. Each string is decoded, rendered and encoded again, so that no value
 * can break out of its string. A string that is `{number:TAG}` or `{boolean:TAG}` becomes that number or boolean. The
 * source must be JSON.
 *
 * @throws {ValueError} VALUE_INVALID for a tag that does not exist
 */
export function jsonBody(source: string): BodyTemplate {
  const parts: (string | Template | TypedValue)[] = [];
  let end = 0;
  for (const { 0: literal, index } of source.matchAll(jsonString)) {
    const text: string = JSON.parse(literal);
    const [, type, tag] = typedTag.exec(text) ?? [];
    // a key is always a string
    if (type !== undefined && !/^\s*:/.test(source.slice(index + literal.length))) {
      const template = parseTemplate(`{${tag}}`, options);
      // braces around anything except a tag are literal
      if (template.tags.size === 0)
        throw new ValueError(`there is no tag {${tag}}`, `{${type}:TAG} with the name of a tag`);
      parts.push(source.slice(end, index), { type: type as TypedValue["type"], template });
      end = index + literal.length;
      continue;
    }
    const template = parseTemplate(text, options);
    if (template.tags.size === 0 && !text.includes("{")) continue;
    parts.push(source.slice(end, index), template);
    end = index + literal.length;
  }
  parts.push(source.slice(end));
  return {
    tags: new Set(parts.flatMap((part) => (typeof part === "string" ? [] : [...templateOf(part).tags]))),
    async render(render) {
      let body = "";
      for (const part of parts) {
        if (typeof part === "string") body += part;
        else if ("type" in part) body += typedJson(part, await render(part.template));
        else body += JSON.stringify(await render(part));
      }
      return body;
    },
  };
}

function templateOf(part: Template | TypedValue): Template {
  return "type" in part ? part.template : part;
}

/** A JSON number of at most 100 characters, whose digits are kept. */
const jsonNumber = /^(?=.{1,100}$)-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Converts a rendered value to JSON of the given type.
 *
 * @throws {ValueError} VALUE_INVALID; the message does not contain the value
 */
function typedJson({ type, template }: TypedValue, value: string): string {
  if (value === "") return "null";
  if (type === "number" ? jsonNumber.test(value) : value === "true" || value === "false") return value;
  throw new ValueError(`data: the value of ${template.source} is not a ${type}`, `a tag whose value is a ${type}`);
}
