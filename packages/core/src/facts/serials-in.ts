/** Maximum number of distinct serials that a call may name. */
const maxSerials = 100;

/** Maximum number of characters of one entry in a list of serials, including its comma. */
const maxSerialLength = 256;

/** Returns the serials in the string that a call names; empty if it names none, or more than 100. */
export function serialsIn(named: string | undefined): readonly string[] {
  if (named === undefined) return [];
  if (!named.includes(",")) return [named.trim()];
  // a list beyond the limit counts as empty: hosts refuse it, and looking up only its beginning would mislead
  if (named.length > maxSerials * maxSerialLength) return [];
  const serials = new Set(named.split(",").map((serial) => serial.trim()));
  serials.delete("");
  return serials.size > maxSerials ? [] : [...serials];
}
