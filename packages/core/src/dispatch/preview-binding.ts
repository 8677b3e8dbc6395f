import type { Binding } from "../contracts/binding.js";
import type { Call } from "../contracts/call.js";
import { ValueError } from "../contracts/errors.js";
import { optionsJsonSchemaOf, secretOptionsOf } from "../definitions/describe-options.js";
import type { Registry } from "../definitions/registry.js";
import { Facts } from "../facts/facts.js";
import { faultOf } from "../internal/fault.js";
import { isRecord } from "../internal/is-record.js";
import { LostFact } from "../internal/lost-fact.js";
import { secretMark } from "../internal/mask-url.js";
import { escapeHtml } from "../templates/escape.js";
import { parseTemplate } from "../templates/parse-template.js";
import { pathTag } from "../templates/path-tags.js";
import { sampleValue } from "../templates/sample-value.js";
import type { TagContext, TagRegistry } from "../templates/tag.js";
import { resolveTags } from "../templates/tags.js";
import type { DispatchEnvironment } from "./dispatcher.js";
import type { PlannedBinding } from "./plan.js";
import type { RecordedView } from "./recorded-view.js";
import type { Replay } from "./replay.js";

/** A template of an action, as it would be rendered. */
export interface TextPreview {
  /** Name of the option. */
  readonly option: string;
  readonly format: "text" | "html" | "json";
  /** Rendered; `***` stands for secrets, and for tags that only the action knows their names in braces. */
  readonly value: string;
  /** Why it cannot be rendered, or not whole. */
  readonly problems: readonly string[];
}

/** How a binding is previewed. */
export interface PreviewOptions {
  /** Whether tags that the call has no value for have one that is made up. @default false */
  readonly sample?: boolean | undefined;
}

/** The facts of a call that is made up, as a binding at this position sees it. */
function factsOfCall(call: Call, { position }: Binding, environment: DispatchEnvironment): Facts {
  const FactsOfHost = environment.facts ?? Facts;
  const { directories, clock, lookupTimeoutMs } = environment;
  const seen = position === "pre" ? { ...call, response: undefined } : call;
  return new FactsOfHost(seen, directories, clock, lookupTimeoutMs);
}

/** Renders the options of a binding that take tags. Looks up what the tags need, and runs nothing. */
export function previewBinding(
  binding: Binding,
  call: Call,
  registry: Registry,
  environment: DispatchEnvironment,
  { sample = false }: PreviewOptions = {},
): Promise<readonly TextPreview[]> {
  return renderOptions(binding, factsOfCall(call, binding, environment), registry, environment, { sample });
}

/** The same for a recorded call. Of tags that are not known any more the names stand in braces. */
export async function previewRecorded(
  planned: PlannedBinding,
  replay: Replay,
  registry: Registry,
  environment: DispatchEnvironment,
): Promise<readonly TextPreview[]> {
  let view: RecordedView | undefined;
  try {
    view = replay.view(planned);
  } catch (error) {
    if (!(error instanceof LostFact)) throw error;
  }
  return renderOptions(planned.binding, view?.facts, registry, environment, { watch: view?.watch });
}

/** Where values come from besides the facts. */
interface RenderOptions {
  readonly sample?: boolean;
  readonly watch?: RecordedView["watch"] | undefined;
}

async function renderOptions(
  binding: Binding,
  facts: Facts | undefined,
  registry: Registry,
  environment: DispatchEnvironment,
  options: RenderOptions,
): Promise<readonly TextPreview[]> {
  const action = registry.action(binding.handler, binding.action);
  if (!action) return [];
  const { properties } = optionsJsonSchemaOf(action);
  const secrets = secretOptionsOf(action);
  const previews: TextPreview[] = [];
  for (const [option, source] of Object.entries(binding.options)) {
    const extraTags = isRecord(properties) ? extraTagsIn(properties[option]) : undefined;
    if (extraTags === undefined || typeof source !== "string") continue;
    const format = formatOf(source, option, binding.options);
    if (!facts) {
      previews.push({ option, format, value: "", problems: ["The call never got so far, or is not known there."] });
      continue;
    }
    previews.push(
      secrets.has(option)
        ? { option, format, value: secretMark, problems: [] }
        : { option, format, ...(await render(source, format, extraTags, binding, facts, environment, options)) },
    );
  }
  return previews;
}

async function render(
  source: string,
  format: TextPreview["format"],
  extraTags: readonly string[],
  { position }: Binding,
  facts: Facts,
  { tags, url, browserOf, hideSecrets }: DispatchEnvironment,
  { sample = false, watch }: RenderOptions,
): Promise<Pick<TextPreview, "value" | "problems">> {
  try {
    const template = parseTemplate(source, { extraTags, tags: tags.tags });
    // neither a secret of the call nor what only the action knows is looked up
    const shown: Record<string, string> = {};
    for (const name of template.tags) {
      const tag = tags.tags.get(name) ?? pathTag(name, tags.isSecret);
      if (tag?.secret) shown[name] = secretMark;
      else if (!tag && extraTags.includes(name)) shown[name] = `{${name}}`;
    }
    const context = { facts, position, url, browserOf };
    const lost = watch ? await lostTags(template.tags, context, shown, tags.tags, watch) : [];
    for (const name of lost) shown[name] = `{${name}}`;
    const values = await resolveTags(template, context, shown, tags.tags);
    if (sample) for (const name of template.tags) values[name] ||= sampleValue(name);
    const escapes = { text: undefined, html: escapeHtml, json: escapeJson } as const;
    return {
      value: String(hideSecrets(template.render(values, escapes[format]))),
      problems: lost.map((name) => `{${name}} is not known any more.`),
    };
  } catch (error) {
    const fault = faultOf(error);
    const problem =
      error instanceof ValueError ? error.message : `It cannot be rendered (${fault.class} ${fault.code}).`;
    return { value: "", problems: [problem] };
  }
}

/** Tags that depend on facts that are no longer known. */
async function lostTags(
  names: Iterable<string>,
  context: TagContext,
  shown: Readonly<Record<string, string>>,
  tags: TagRegistry,
  watch: RecordedView["watch"],
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const name of names) {
    if (Object.hasOwn(shown, name)) continue;
    try {
      await watch(async () => resolveTags({ tags: new Set([name]) }, context, {}, tags));
    } catch (error) {
      if (!(error instanceof LostFact)) throw error;
      lost.push(name);
    }
  }
  return lost;
}

/** A body is HTML where the action says so, and JSON where it is written as such. */
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

/** The tags that only this action knows; undefined if the option takes none at all. */
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
