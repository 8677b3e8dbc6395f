import { ValueError } from "../contracts/errors.js";
import type { Tag } from "./tag.js";

/** The parts of a time, as a format names them. */
const fields = {
  yyyy: ({ year }: Parts) => year.padStart(4, "0"),
  yy: ({ year }: Parts) => year.slice(-2).padStart(2, "0"),
  MM: ({ month }: Parts) => month,
  M: ({ month }: Parts) => String(Number(month)),
  dd: ({ day }: Parts) => day,
  d: ({ day }: Parts) => String(Number(day)),
  HH: ({ hour }: Parts) => hour,
  H: ({ hour }: Parts) => String(Number(hour)),
  mm: ({ minute }: Parts) => minute,
  ss: ({ second }: Parts) => second,
  SSS: ({ fractionalSecond }: Parts) => fractionalSecond,
  XXX: ({ timeZoneName }: Parts) => timeZoneName.replace(/^GMT(?:\+00:00)?/, "") || "Z",
} as const;

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly fractionalSecond: string;
  /** `GMT`, or `GMT+01:00`. */
  readonly timeZoneName: string;
}

const defaultFormat = "yyyy-MM-dd'T'HH:mm:ssXXX";

const formatAllowed = `${Object.keys(fields).join(", ")}, other characters that are not letters, and letters in single quotes`;

/** A quoted string, repeated letters of one kind, or anything else. */
const piece = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

/** The form of the tag, optionally with a format and a zone: `now:dd.MM.yyyy HH:mm@Europe/Berlin`. */
const shape = /^now(?::([^{}@]{1,100}))?(?:@([A-Za-z0-9_+/-]{1,60}))?$/;

/** Regular expression of a `now` tag with a format or a zone, without its braces, for the template parser. */
export const nowTagSource = "now(?=[:@])(?::[^{}@]{1,100})?(?:@[A-Za-z0-9_+/-]{1,60})?";

/**
 * Returns the tag for the time of the call in a format and a zone; undefined if the name is not such a tag. The zone is
 * a name of the IANA database (`Europe/Berlin`), by default UTC; the default format is ISO 8601.
 *
 * @throws {ValueError} VALUE_INVALID for a format or a zone that does not exist
 */
export function nowTag(name: string): Tag | undefined {
  const found = shape.exec(name);
  if (!found) return undefined;
  const [, format = defaultFormat, zone = "UTC"] = found;
  const write = writerOf(format, formatterOf(zone));
  return {
    name,
    description: "Time of the call; with a format and a time zone: {now:dd.MM.yyyy HH:mm@Europe/Berlin}.",
    secret: false,
    value: ({ facts }) => write(facts.now),
  };
}

function writerOf(format: string, formatter: Intl.DateTimeFormat): (time: Date) => string {
  const pieces: (string | ((parts: Parts) => string))[] = [];
  if (format.split("'").length % 2 === 0) {
    throw new ValueError("the format of a time has an unclosed quote", formatAllowed);
  }
  for (const { 0: text, 1: quoted, 2: letter } of format.matchAll(piece)) {
    if (quoted !== undefined) pieces.push(quoted === "" ? "'" : quoted.replaceAll("''", "'"));
    else if (letter === undefined) pieces.push(text);
    else if (Object.hasOwn(fields, text)) pieces.push(fields[text as keyof typeof fields]);
    else throw new ValueError(`${text} is not a part of a time`, formatAllowed);
  }
  return (time) => {
    if (Number.isNaN(time.getTime())) return "";
    const parts = Object.fromEntries(formatter.formatToParts(time).map(({ type, value }) => [type, value]));
    return pieces.map((each) => (typeof each === "string" ? each : each(parts as unknown as Parts))).join("");
  };
}

/** Formatters by zone, since creating a formatter is slow. At most 1,000 are kept. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    try {
      formatter = new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        calendar: "gregory",
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        fractionalSecondDigits: 3,
        timeZoneName: "longOffset",
      });
    } catch {
      throw new ValueError(
        `there is no time zone ${zone}`,
        "a zone of the IANA database, such as Europe/Berlin or UTC",
      );
    }
    if (formatters.size < 1_000) formatters.set(zone, formatter);
  }
  return formatter;
}
