const shape = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The period of the calendar: 400 years. */
const cycle = { years: 400, milliseconds: 146_097 * 86_400_000 };

/**
 * Reads the milliseconds since 1970 of an ISO 8601 date or date-time, with a fraction if it is more precise; undefined
 * for anything else. UTC is assumed if there is no offset. Forms: `2020-01-01`, `2017-10-12T10:00+0200`, `2026-03-10
 * 10:00:00.123456+00:00`, `…Z`.
 */
export function readInstant(text: string): number | undefined {
  // most strings that are compared are not dates; the first two tests are cheaper than the expression
  if (text.length < 10 || text.charCodeAt(4) !== 45 || !shape.test(text)) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  const time = text.length > 10 ? readTime(text) : 0;
  if (time === undefined) return undefined;
  // computed 400 years later, since Date.UTC maps years below 100 to the 20th century
  return Date.UTC(year + cycle.years, month - 1, day) - cycle.milliseconds + time;
}

/**
 * Returns an instant with a precision of one minute, in privacyIDEA's format: `2026-03-15T12:00+0000`. Empty if there
 * is no such date.
 */
export function formatInstant(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, -8)}+0000`;
}

/** Reads the milliseconds from midnight UTC of the part after the date. */
function readTime(text: string): number | undefined {
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  let end = 16;
  let milliseconds = 0;
  if (text[end] === ":") {
    end = 19;
    milliseconds = digits(text, 17, 19) * 1000;
    if (text[end] === "." || text[end] === ",") {
      const first = end + 1;
      end = first;
      while (isDigit(text.charCodeAt(end))) end++;
      milliseconds += (digits(text, first, end) * 1000) / 10 ** (end - first);
    }
  }
  if (hour > 23 || minute > 59 || milliseconds >= 60_000) return undefined;
  const local = (hour * 60 + minute) * 60_000 + milliseconds;
  const sign = text[end];
  if (sign !== "+" && sign !== "-") return local;
  const offsetHour = digits(text, end + 1, end + 3);
  const offsetMinute = text.length > end + 3 ? digits(text, text.length - 2, text.length) : 0;
  if (offsetHour > 23 || offsetMinute > 59) return undefined;
  const offset = (offsetHour * 60 + offsetMinute) * 60_000;
  return sign === "+" ? local - offset : local + offset;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + text.charCodeAt(i) - 48;
  return value;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function daysOf(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (monthLengths[month - 1] as number);
}
