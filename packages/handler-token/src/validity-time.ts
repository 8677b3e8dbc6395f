import { readInstant } from "@bookend/core";
import { text } from "@bookend/zod";
import { z } from "zod";

/** An end of a validity period: a time, or the milliseconds from the call until then. */
export type ValidityTime = { readonly at: Date } | { readonly after: number };

const allowed =
  "2016-12-23T15:30+0600, 2016/12/23 or 23.12.2016 (also with 9:30, 9:30am, 11:20:pm, 23:20), or an offset such as +30m, +24h, +7d";

const day = /^(?:(?<ymd>\d{4}\/\d{1,2}\/\d{1,2})|(?<dmy>\d{1,2}\.\d{1,2}\.\d{4}))(?: +(?<time>\S.*))?$/;

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const maxOffset = 36_525 * 86_400_000;

/** Returns the schema of an option with a validity time. */
export function validityTime() {
  return text({ maxLength: 40 })
    .transform((written, context): ValidityTime => {
      const time = readValidityTime(written.trim());
      if (!time) context.addIssue({ code: "custom", message: `must be ${allowed}` });
      return time ?? z.NEVER;
    })
    .meta({ "x-allowed": allowed });
}

/**
 * Reads a validity time; undefined for anything else. A time without an offset is UTC, as in conditions. No date
 * library accepts exactly these formats, such as `11:20:pm`.
 */
function readValidityTime(written: string): ValidityTime | undefined {
  const offset = /^\+(\d{1,9})([mhd])$/.exec(written);
  if (offset) {
    const after = Number(offset[1]) * (units[offset[2] as string] as number);
    return after <= maxOffset ? { after } : undefined;
  }
  const instant = readInstant(isoOf(written) ?? written);
  return instant === undefined ? undefined : { at: new Date(instant) };
}

/** Converts a date with slashes or dots to ISO 8601. Does not check whether the day exists. */
function isoOf(written: string): string | undefined {
  const found = day.exec(written)?.groups;
  if (!found) return undefined;
  const { ymd, dmy, time = "0:00" } = found;
  const [year, month, date] = ymd?.split("/") ?? dmy?.split(".").reverse() ?? [];
  const clock = clockOf(time);
  return clock && `${year}-${month?.padStart(2, "0")}-${date?.padStart(2, "0")}T${clock}`;
}

/** Converts a time of day on a 24-hour or 12-hour clock to `HH:MM`. */
function clockOf(time: string): string | undefined {
  const [, hour, minute, half] = /^(\d{1,2}):(\d{2})(?:[: ]?([ap]m))?$/i.exec(time) ?? [];
  if (hour === undefined) return undefined;
  if (half === undefined) return `${hour.padStart(2, "0")}:${minute}`;
  if (Number(hour) < 1 || Number(hour) > 12) return undefined;
  const hours = (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  return `${String(hours).padStart(2, "0")}:${minute}`;
}
