const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const brace = 0x7b;
const bracket = 0x5b;

/**
 * Counts the values in JSON, at any depth, without parsing it, stopping at one more than `most`: later work for each
 * value takes far longer than counting it. The string does not need to be valid JSON. Lists and objects count as
 * values, too; an empty list or object counts as two.
 */
export function countJsonValues(json: string, most: number): number {
  // each value follows a comma, or is the first one of an object or a list
  let count = 1;
  for (let at = 0; at < json.length && count <= most; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfString(json, at);
    else if (code === comma || code === brace || code === bracket) count += 1;
  }
  return count;
}

/** Returns the end of the string literal that begins here. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) return at;
  }
  return json.length;
}
