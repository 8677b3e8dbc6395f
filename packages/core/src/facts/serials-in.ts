/** Maximum number of distinct serials that a call may name. */
const maxSerials = 100;

/** Maximum length of a list of serials, in characters for each of the `maxSerials` entries, commas included. */
const maxSerialLength = 256;

/**
 * Returns the serials in the string that a call names; empty if there is none, if there are more than 100, or if the
 * list is too long.
 */
export function serialsIn(named: string | undefined): readonly string[] {
  if (named === undefined) return [];
  if (!named.includes(",")) return [named.trim()];
  // a list beyond the limit counts as empty: hosts refuse it, and looking up only its beginning would mislead
  if (named.length > maxSerials * maxSerialLength) return [];
  const serials = new Set(named.split(",").map((serial) => serial.trim()));
  serials.delete("");
  return serials.size > maxSerials ? [] : [...serials];
}
