import { ValueError } from "../contracts/errors.js";
import { nearest } from "../internal/nearest.js";
import { nowTag, nowTagSource } from "./now-tag.js";
import { pathTag, pathTagForms } from "./path-tags.js";
import type { TagRegistry } from "./tag.js";
import { currentTagScope } from "./tag-scope.js";
import { baseTags } from "./tags.js";
import type { Escape, Template } from "./template.js";
import { parseBlocks } from "./template-blocks.js";
import { type RenderState, renderNodes, type TemplateNode } from "./template-nodes.js";

/** How a template is parsed. */
export interface ParseTemplateOptions {
  /**
   * Names of tags that only the action with the template knows; the action provides their values when it renders the
   * template.
   */
  readonly extraTags?: readonly string[] | undefined;
  /** Tags that exist. @default those of the host whose handler parses the template; elsewhere `baseTags` */
  readonly tags?: TagRegistry | undefined;
  /** Maximum number of characters of the rendered string. Default 262,144. */
  readonly maxLength?: number | undefined;
}

const defaultMaxLength = 256 * 1024;

const noTags: ReadonlySet<string> = new Set();

/**
 * An escaped brace, or a tag: a name of lower-case letters, digits and underscores, a dotted path after one of the
 * roots, or a time. A name does not begin with a digit: `{0}` stays as it is, since options contain such a group number
 * (of RequestMangler) or repetition (of a regular expression).
 */
const tagOrEscape = new RegExp(
  String.raw`\\\{|\{([a-z_][a-z0-9_]*|(?:param|response|header|user|secret)(?:\.[\w-]+)+|${nowTagSource})\}`,
  "g",
);

/**
 * Parses a string with tags. `{serial}` represents a value, `\{` a brace, and any other single brace itself. `{{` …
 * `}}` is a subset of Handlebars: only `if`, `unless`, `each`, `with` and `else`, with the names of the same tags. A
 * value is inserted once and never expanded again.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function parseTemplate(source: string, options: ParseTemplateOptions = {}): Template {
  const { extraTags = [], tags = currentTagScope()?.tags ?? baseTags, maxLength = defaultMaxLength } = options;
  if (source.length > maxLength) {
    throw new ValueError(`the template has ${source.length} characters`, `at most ${maxLength} characters`);
  }
  const used = new Set<string>();
  const useTag = (name: string) => {
    if (!tags.has(name) && !extraTags.includes(name) && !pathTag(name) && !nowTag(name))
      throw unknownTag(name, [...extraTags, ...tags.keys()]);
    used.add(name);
  };
  const parseText = (text: string) => parseSegments(text, useTag);
  const nodes = /(?<!\\)\{\{/.test(source) ? parseBlocks(source, parseText, useTag) : parseText(source);
  return new ParsedTemplate(source, used.size === 0 ? noTags : used, nodes, maxLength);
}

class ParsedTemplate implements Template {
  readonly source: string;
  readonly tags: ReadonlySet<string>;
  readonly #nodes: readonly TemplateNode[];
  readonly #maxLength: number;

  constructor(source: string, tags: ReadonlySet<string>, nodes: readonly TemplateNode[], maxLength: number) {
    this.source = source;
    this.tags = tags;
    this.#nodes = nodes;
    this.#maxLength = maxLength;
  }

  render(values: Readonly<Record<string, string | undefined>>, escapeValue: Escape = (value) => value): string {
    const state: RenderState = { values, escapeValue, maxLength: this.#maxLength, text: "" };
    renderNodes(this.#nodes, state, undefined);
    return state.text;
  }
}

/** Splits a string without Handlebars at its tags. */
function parseSegments(text: string, useTag: (name: string) => void): TemplateNode[] {
  const nodes: TemplateNode[] = [];
  let end = 0;
  const literal = (until: number) => {
    if (until > end) nodes.push(text.slice(end, until));
  };
  for (const match of text.matchAll(tagOrEscape)) {
    const [found, tag] = match;
    literal(match.index);
    end = match.index + found.length;
    if (tag === undefined) end--;
    else {
      useTag(tag);
      nodes.push({ tag });
    }
  }
  literal(text.length);
  return nodes;
}

function unknownTag(name: string, names: readonly string[]): ValueError {
  const meant = nearest(name, names);
  return new ValueError(
    `there is no tag {${name}}${meant === undefined ? "" : `; did you mean {${meant}}?`}`,
    `the tags ${[...names, ...pathTagForms].map((known) => `{${known}}`).join(" ")}; a brace itself is written \\{`,
  );
}
