const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/;

/** An ISO 8601 date or date-time; without an offset it is UTC. `undefined` if it is not one. */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = "00:00", seconds = ":00", offset = "Z"] = iso.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // the 31st of a short month would silently become another day
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const instant = new Date(`${day}T${time}${seconds}${offset.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** `2026-03-15T12:00:00+00:00`, as tokeninfo fields hold instants. */
export const formatInstant = (instant: Date): string => `${instant.toISOString().slice(0, 19)}+00:00`;

/** `2026-03-15T12:00+0000`, as tokeninfo holds the ends of a validity period. */
export const formatMinute = (instant: Date): string => `${instant.toISOString().slice(0, 16)}+0000`;
