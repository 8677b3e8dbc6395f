import { ValueError } from "../contracts/errors.js";
import { type MomentClock, momentAllowed, splitMoments } from "../values/moment.js";
import { type ParseTemplateOptions, parseTemplate } from "./parse-template.js";
import type { Template } from "./template.js";

/** A string with tags, to which `{now}` and `{current_time}` belong, each with an offset or without. */
export interface TimedTemplate {
  /** Its times are tags like any other; their values are those of `times`. */
  readonly template: Template;
  /** The values of the tags that stand for times, written out as `2026-03-15 12:00:00.000000+0000`. */
  times(clock: MomentClock): Record<string, string>;
}

/** Names of the time tags, as administrators write them. */
export const timeTags: readonly string[] = ["now", "current_time"];

/** Longest offset from the time of the call, in milliseconds: 100 years. Years beyond it do not have four digits, or do not exist. */
const maxOffset = 36_525 * 86_400_000;

/** A time in Handlebars, followed by what was meant as an offset: there it would be taken literally. */
const offsetInHandlebars = /\{\{\s*(?:now|current_time)\s*\}\}\s*[+\-\u2010-\u2015\u2212]\s*[\d.]/i;

/**
 * Parses a string with tags and times: `seen {now}`, `until {current_time} + 2w`. A backslash or a second brace before the brace
 * means that no time begins there, as with other tags.
 * @throws {ValueError} VALUE_INVALID for a tag that does not exist, and for what begins like a time and is not one.
 */
export function parseTimedTemplate(source: string, options: ParseTemplateOptions = {}): TimedTemplate {
  const { extraTags = [], ...others } = options;
  if (offsetInHandlebars.test(source)) {
    throw new ValueError("a time in double braces takes no offset", momentAllowed);
  }
  const parts = splitMoments(source);
  // as it stands first, so that messages name what the administrator wrote
  parseTemplate(parts.map((part) => (typeof part === "string" ? part : "{now}")).join(""), {
    ...others,
    extraTags: [...extraTags, ...timeTags],
  });
  const offsets: Record<string, number> = { now: 0, current_time: 0 };
  const rewritten = parts.map((part, index) => {
    if (typeof part === "string") return part;
    if (Math.abs(part.offset) > maxOffset) throw new ValueError("an offset is too long", "at most 36525 days");
    const tag = `now_${index}`;
    offsets[tag] = part.offset;
    return `{${tag}}`;
  });
  const template = parseTemplate(rewritten.join(""), { ...others, extraTags: [...extraTags, ...Object.keys(offsets)] });
  return {
    template,
    times: ({ now }) =>
      Object.fromEntries(
        Object.entries(offsets).map(([tag, offset]) => [tag, writeTime(new Date(now.getTime() + offset))]),
      ),
  };
}

/** As privacyIDEA writes it. */
function writeTime(time: Date): string {
  return `${time.toISOString().replace("T", " ").replace("Z", "")}000+0000`;
}
