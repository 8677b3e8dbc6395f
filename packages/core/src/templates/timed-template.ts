import { ValueError } from "../contracts/errors.js";
import { type MomentClock, momentAllowed, splitMoments } from "../values/moment.js";
import { type ParseTemplateOptions, parseTemplate } from "./parse-template.js";
import type { Template } from "./template.js";

/** A string with tags, including `{now}` and `{current_time}`, each with or without an offset. */
export interface TimedTemplate {
  /** The template, in which times are tags like any other; `times` provides their values. */
  readonly template: Template;
  /** Returns the values of the time tags, formatted as `2026-03-15 12:00:00.000000+0000`. */
  times(clock: MomentClock): Record<string, string>;
}

/** Names of the time tags, as administrators write them. */
export const timeTags: readonly string[] = ["now", "current_time"];

/**
 * Maximum offset from the time of the call, in milliseconds: 100 years. A larger one could lead to a year that does not
 * have four digits, or to an invalid date.
 */
const maxOffset = 36_525 * 86_400_000;

/** A time in Handlebars, followed by a presumed offset, which would be taken literally there. */
const offsetInHandlebars = /\{\{\s*(?:now|current_time)\s*\}\}\s*[+\-\u2010-\u2015\u2212]\s*[\d.]/i;

/**
 * Parses a string with tags and times: `seen {now}`, `until {current_time} + 2w`. A backslash or a second brace before
 * the brace means that no time begins there, as with other tags.
 * @throws {ValueError} VALUE_INVALID for a tag that does not exist, and for anything that looks like a time but is not
 * valid.
 */
export function parseTimedTemplate(source: string, options: ParseTemplateOptions = {}): TimedTemplate {
  const { extraTags = [], ...others } = options;
  if (offsetInHandlebars.test(source)) {
    throw new ValueError("a time in double braces cannot have an offset", momentAllowed);
  }
  const parts = splitMoments(source);
  // parsed in the original spelling first, so that messages show what the administrator wrote
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

/** Writes a time in privacyIDEA's format. */
function writeTime(time: Date): string {
  return `${time.toISOString().replace("T", " ").replace("Z", "")}000+0000`;
}
