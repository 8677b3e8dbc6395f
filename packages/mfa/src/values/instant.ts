const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/;

/** Parses an ISO 8601 date or date-time. Without an offset, it is UTC. Returns `undefined` for anything else. */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = "00:00", seconds = ":00", offset = "Z"] = iso.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // the 31st of a short month would silently become a different day
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const instant = new Date(`${day}T${time}${seconds}${offset.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** Formats an instant as `2026-03-15T12:00:00+00:00`, the format of instants in tokeninfo fields. */
export const formatInstant = (instant: Date): string => `${instant.toISOString().slice(0, 19)}+00:00`;

/** Formats an instant as `2026-03-15T12:00+0000`, the format of validity periods in tokeninfo. */
export const formatMinute = (instant: Date): string => `${instant.toISOString().slice(0, 16)}+0000`;
