/** Maximum number of distinct serials that a call may name. */
const maxSerials = 100;

/** Characters that one entry of a list of serials takes at most, its comma included. */
const maxSerialLength = 256;

/** The serials in the string that a call names; empty if it names none, or more than 100. */
export function serialsIn(named: string | undefined): readonly string[] {
  if (named === undefined) return [];
  if (!named.includes(",")) return [named.trim()];
  // a list beyond the cap names nothing: hosts refuse it, and looking up only its beginning would mislead
  if (named.length > maxSerials * maxSerialLength) return [];
  const serials = new Set(named.split(",").map((serial) => serial.trim()));
  serials.delete("");
  return serials.size > maxSerials ? [] : [...serials];
}
