import { escapeHeader, parseTemplate, type Template, ValueError } from "@bookend/core";
import type { Render } from "./body-template.js";
import { webhookTags } from "./webhook-tags.js";

/** Parsed headers with tags in their values. */
export interface HeaderTemplates {
  /** The names of the tags in the headers. */
  readonly tags: ReadonlySet<string>;
  render(render: Render): Promise<Record<string, string>>;
}

/** Maximum number of headers of a webhook. */
const maxHeaders = 50;

const allowed = `lines "Name: value", at most ${maxHeaders}, each name once, and none that this handler sets itself`;

/** Headers that control how a request is sent, or that the handler sets itself. */
const reserved =
  /^(?:host|connection|content-(?:type|length|encoding)|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|webhook-.*)$/;

const tagNames = webhookTags.map(({ name }) => name);

/**
 * Parses headers, one per line: `Authorization: Bearer {secret.api_token}`. Error messages name a header, but never
 * show its value, which may be a secret.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function headerTemplates(source: string): HeaderTemplates {
  const headers = new Map<string, Template>();
  for (const line of source.split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(name))
      throw new ValueError("a line does not begin with a name and a colon", allowed);
    if (reserved.test(name) || headers.has(name)) {
      throw new ValueError(
        `the header ${name} is ${headers.has(name) ? "given twice" : "set by the handler itself"}`,
        allowed,
      );
    }
    if (headers.size === maxHeaders) throw new ValueError("there are too many headers", allowed);
    headers.set(name, parseTemplate(line.slice(colon + 1).trim(), { extraTags: tagNames, maxLength: 8_192 }));
  }
  return {
    tags: new Set([...headers.values()].flatMap(({ tags }) => [...tags])),
    async render(render) {
      const rendered: Record<string, string> = {};
      for (const [name, template] of headers) rendered[name] = await render(template, escapeHeader);
      return rendered;
    },
  };
}
