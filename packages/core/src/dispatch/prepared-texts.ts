import type { Binding } from "../contracts/binding.js";
import { ValueError } from "../contracts/errors.js";
import { optionsJsonSchemaOf, secretOptionsOf } from "../definitions/describe-options.js";
import type { Registry } from "../definitions/registry.js";
import type { Facts } from "../facts/facts.js";
import { faultOf } from "../internal/fault.js";
import { isRecord } from "../internal/is-record.js";
import { LostFact } from "../internal/lost-fact.js";
import { secretMark } from "../internal/mask-url.js";
import { createPauses } from "../internal/pauses.js";
import { escapeHtml } from "../templates/escape.js";
import { nowTag } from "../templates/now-tag.js";
import { parseTemplate } from "../templates/parse-template.js";
import { pathTag } from "../templates/path-tags.js";
import { sampleValue } from "../templates/sample-value.js";
import type { Tag, TagContext } from "../templates/tag.js";
import { resolveTags } from "../templates/tags.js";
import type { Template } from "../templates/template.js";
import type { DispatchEnvironment } from "./dispatcher.js";
import type { RecordedView } from "./recorded-view.js";

/** A template of an action, as it would be rendered. */
export interface TextPreview {
  /** Name of the option. */
  readonly option: string;
  readonly format: "text" | "html" | "json";
  /**
   * The rendered string, with `***` instead of secrets; tags that only the action knows are shown as their names in
   * braces.
   */
  readonly value: string;
  /** The reasons why the template cannot be rendered completely. */
  readonly problems: readonly string[];
}

/** How a binding is previewed. */
export interface PreviewOptions {
  /** Whether tags for which the call has no value get a sample value. @default false */
  readonly sample?: boolean | undefined;
}

/** A parsed template, with the values of its tags that do not depend on the call. */
interface PreparedTemplate {
  readonly template: Template;
  /**
   * Values of the tags that are not looked up: `***` for secrets, and the name in braces for tags that only the action
   * knows.
   */
  readonly shown: Readonly<Record<string, string>>;
  /** The other tags, whose values are looked up for each call. */
  readonly asked: readonly Tag[];
}

/** An option that can contain tags. */
interface PreparedText extends Pick<TextPreview, "option" | "format"> {
  /** Undefined if the option is secret; a string if it cannot be parsed, with the reason. */
  readonly prepared: PreparedTemplate | string | undefined;
}

/** The templates of a binding, parsed once, and rendered for any number of calls. */
export interface PreparedTexts {
  /**
   * Renders the templates for a call; without facts, if the call did not reach this position. With the `watch` of a
   * `RecordedView`, tags whose values are no longer known are shown as their names in braces.
   */
  render(facts: Facts | undefined, watch?: Watch): Promise<readonly TextPreview[]>;
}

type Watch = RecordedView["watch"];

const escapes = { text: undefined, html: escapeHtml, json: escapeJson } as const;

/** Parses the options of a binding that can contain tags. */
export function prepareTexts(
  binding: Binding,
  registry: Registry,
  environment: DispatchEnvironment,
  { sample = false }: PreviewOptions = {},
): PreparedTexts {
  const texts = preparedOptions(binding, registry, environment);
  const { url, browserOf, hideSecrets, tags } = environment;
  const pause = createPauses();
  const valuesOf = async (
    { template, shown, asked }: PreparedTemplate,
    context: TagContext,
    watch: Watch | undefined,
  ) => {
    if (!watch) return { values: await resolveTags(template, context, shown, tags.tags), lost: [] };
    const values: [string, string][] = Object.entries(shown);
    const lost: string[] = [];
    for (const tag of asked) {
      await pause();
      try {
        values.push([tag.name, (await watch(async () => tag.value(context))) ?? ""]);
      } catch (error) {
        if (!(error instanceof LostFact)) throw error;
        lost.push(tag.name);
        values.push([tag.name, `{${tag.name}}`]);
      }
    }
    return { values: Object.fromEntries(values), lost };
  };
  const renderOne = async (
    { format, prepared }: PreparedText,
    facts: Facts,
    watch: Watch | undefined,
  ): Promise<Pick<TextPreview, "value" | "problems">> => {
    if (prepared === undefined) return { value: secretMark, problems: [] };
    if (typeof prepared === "string") return { value: "", problems: [prepared] };
    try {
      const context: TagContext = { facts, position: binding.position, url, browserOf };
      const { values, lost } = await valuesOf(prepared, context, watch);
      if (sample) for (const { name } of prepared.asked) values[name] ||= sampleValue(name);
      return {
        value: String(hideSecrets(prepared.template.render(values, escapes[format]))),
        problems: lost.map((name) => `{${name}} is no longer known.`),
      };
    } catch (error) {
      return { value: "", problems: [problemOf(error)] };
    }
  };
  return {
    async render(facts, watch) {
      const previews: TextPreview[] = [];
      for (const text of texts) {
        const { option, format } = text;
        const rendered = facts
          ? await renderOne(text, facts, watch)
          : { value: "", problems: ["The call did not reach this position, or its state there is unknown."] };
        previews.push({ option, format, ...rendered });
      }
      return previews;
    },
  };
}

function preparedOptions(
  { handler, action: name, options }: Binding,
  registry: Registry,
  environment: DispatchEnvironment,
): readonly PreparedText[] {
  const action = registry.action(handler, name);
  if (!action) return [];
  const { properties } = optionsJsonSchemaOf(action);
  const secrets = secretOptionsOf(action);
  return Object.entries(options).flatMap(([option, source]): PreparedText[] => {
    const extraTags = isRecord(properties) ? extraTagsIn(properties[option]) : undefined;
    if (extraTags === undefined || typeof source !== "string") return [];
    const prepared = secrets.has(option) ? undefined : prepareTemplate(source, extraTags, environment);
    return [{ option, format: formatOf(source, option, options), prepared }];
  });
}

/** Returns the parsed option, or the reason why it cannot be parsed. */
function prepareTemplate(
  source: string,
  extraTags: readonly string[],
  { tags }: DispatchEnvironment,
): PreparedTemplate | string {
  try {
    const template = parseTemplate(source, { extraTags, tags: tags.tags });
    const shown: Record<string, string> = {};
    const asked: Tag[] = [];
    for (const name of template.tags) {
      const tag = tags.tags.get(name) ?? pathTag(name, tags.isSecret) ?? nowTag(name);
      if (tag?.secret) shown[name] = secretMark;
      else if (tag) asked.push(tag);
      else shown[name] = `{${name}}`;
    }
    return { template, shown, asked };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): string {
  if (error instanceof ValueError) return error.message;
  const fault = faultOf(error);
  return `It cannot be rendered (${fault.class} ${fault.code}).`;
}

/**
 * Returns the format of an option: HTML for `body` if the option `mimetype` is `html`, JSON if the option is valid
 * JSON, text otherwise.
 */
function formatOf(source: string, option: string, options: Binding["options"]): TextPreview["format"] {
  if (option === "body" && options.mimetype === "html") return "html";
  if (!/^\s*[[{]/.test(source)) return "text";
  try {
    JSON.parse(source);
    return "json";
  } catch {
    return "text";
  }
}

function escapeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** Returns the tags that only this action knows; undefined if the option cannot contain tags. */
function extraTagsIn(schema: unknown): readonly string[] | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  if (isRecord(schema) && Array.isArray(schema["x-tags"])) {
    return schema["x-tags"].filter((tag) => typeof tag === "string");
  }
  for (const part of Object.values(schema)) {
    const found = extraTagsIn(part);
    if (found) return found;
  }
  return undefined;
}
