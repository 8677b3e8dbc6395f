import { type ActionContext, parseTemplate, type Template, ValueError } from "@bookend/core";
import { text } from "@bookend/zod";
import { z } from "zod";

/** A text with tags, to which `{now}` and `{current_time}` belong, each with an offset or without. */
export interface TimedText {
  readonly template: Template;
  /** Milliseconds from the time of the call, by the tag that stands for it in the template. */
  readonly offsets: Readonly<Record<string, number>>;
}

const times = ["now", "current_time"];

/** What stands in `{{` … `}}` or behind a backslash is not meant. */
const withOffset = /(?<![\\{])\{(?:now|current_time)\}([+-]\d{1,9}[smhd])/g;

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const maxOffset = 36_525 * 86_400_000;

/** A text option with tags and times: `seen {now}`, `{current_time}+5d`. An empty one is allowed. */
export function timedText() {
  return text({ minLength: 0 })
    .transform((source, context): TimedText => {
      try {
        return parseTimedText(source);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        context.addIssue({ code: "custom", message: `${error.message} (allowed: ${error.allowed})` });
        return z.NEVER;
      }
    })
    .meta({ "x-tags": times });
}

/** Parses it; each time with an offset becomes a tag of its own. Throws `ValueError`. */
function parseTimedText(source: string): TimedText {
  // as it stands first, so that messages name what the administrator wrote
  parseTemplate(source, { extraTags: times });
  const offsets: Record<string, number> = { now: 0, current_time: 0 };
  const rewritten = source.replace(withOffset, (_, offset: string) => {
    const tag = `now_${letters(Object.keys(offsets).length)}`;
    offsets[tag] = readOffset(offset);
    return `{${tag}}`;
  });
  return { template: parseTemplate(rewritten, { extraTags: Object.keys(offsets) }), offsets };
}

/** Renders it with the time of the call. */
export function renderTimed(
  { facts, render }: Pick<ActionContext<unknown>, "facts" | "render">,
  { template, offsets }: TimedText,
  values: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const now = facts.now.getTime();
  const written = Object.entries(offsets).map(([tag, offset]) => [tag, writeTime(new Date(now + offset))]);
  return render(template, { values: { ...Object.fromEntries(written), ...values } });
}

function readOffset(offset: string): number {
  const distance = Number(offset.slice(0, -1)) * (units[offset.slice(-1)] as number);
  if (Math.abs(distance) <= maxOffset) return distance;
  throw new ValueError(`the offset ${offset} is too long`, "at most 36525 days");
}

/** As privacyIDEA writes it: `2026-03-15 12:00:00.000000+0000`. */
function writeTime(time: Date): string {
  return `${time.toISOString().replace("T", " ").replace("Z", "")}000+0000`;
}

/** A number as letters, since tags have no digits. */
function letters(index: number): string {
  return String(index).replace(/\d/g, (digit) => "abcdefghij"[Number(digit)] as string);
}
