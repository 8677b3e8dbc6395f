const iso8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 date or date-time, with a fraction if it is finer; undefined for anything else.
 * One without an offset is UTC. Forms: `2020-01-01`, `2017-10-12T10:00+0200`, `2026-03-10 10:00:00.123456+00:00`, `…Z`.
 */
export function readInstant(text: string): number | undefined {
  // most texts that are compared are no dates; this is cheaper than the expression
  if (text.length < 10 || text.charCodeAt(4) !== 45) return undefined;
  const match = iso8601.exec(text);
  if (!match) return undefined;
  const field = (group: number) => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [field(1), field(2), field(3), field(4), field(5), field(6)];
  const [offsetHour, offsetMinute] = [field(10), field(11)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const date = new Date(0);
  // unlike Date.UTC, this takes years below 100 as they are
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const fraction = match[7] === undefined ? 0 : Number(`0.${match[7]}`) * 1000;
  const offset = (offsetHour * 60 + offsetMinute) * (match[9] === "-" ? -1 : 1);
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}

/** An instant to the minute, as privacyIDEA writes it: `2026-03-15T12:00+0000`. */
export function formatInstant(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, -8)}+0000`;
}
