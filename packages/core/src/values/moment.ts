import { readDuration } from "./duration.js";
import { formatInstant } from "./instant.js";

/** Knows the time of the call. */
export interface MomentClock {
  readonly now: Date;
}

/** A time that is known only during the call, in milliseconds since 1970. */
export type Moment = (clock: MomentClock) => number;

const tag = /\{(?:now|current_time)\}([+-]\d{1,9}[smhd])?/g;
const onlyTag = new RegExp(`^${tag.source}$`);

/** Whether a text has `{now}` or `{current_time}` in it. */
export function hasNow(text: string): boolean {
  return text.search(tag) >= 0;
}

/** The moment that a text stands for if it is nothing but a tag: `{now}`, `{now}-7d`, `{current_time}+30m`. */
export function readMoment(text: string): Moment | undefined {
  const match = onlyTag.exec(text);
  if (!match) return undefined;
  const offset = readOffset(match[1]);
  return ({ now }) => now.getTime() + offset;
}

/** A text with its moments written out: `2026-03-15T12:00+0000`. */
export function renderMoments(text: string, { now }: MomentClock): string {
  return text.replace(tag, (_, offset: string | undefined) => formatInstant(now.getTime() + readOffset(offset)));
}

function readOffset(offset: string | undefined): number {
  if (offset === undefined) return 0;
  const duration = readDuration(offset.slice(1)) ?? 0;
  return offset.startsWith("-") ? -duration : duration;
}
