/** One character in UTF-8, percent-encoded: one to four bytes. */
const encodedCharacter =
  /%[0-7][\da-f]|%c[2-9a-f]%[89ab][\da-f]|%d[\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-4](?:%[89ab][\da-f]){3}/gi;

/**
 * Decodes what is percent-encoded. A `%` that begins no character of UTF-8 stays as it is, and so does `+`.
 * Takes linear time.
 */
export function decodePercent(text: string): string {
  return text.includes("%") ? text.replace(encodedCharacter, decodeCharacter) : text;
}

/** The pattern lets overlong forms and surrogates pass; those are not characters. */
function decodeCharacter(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** Decodes the values of a query or a form, and those of its lists, in their place, except those of some fields; names stay. */
export function decodeValues(values: unknown, except: readonly string[] = []): void {
  if (typeof values !== "object" || values === null) return;
  const named = values as Record<string, unknown>;
  for (const [name, value] of Object.entries(named)) {
    if (except.includes(name)) continue;
    if (typeof value === "string") named[name] = decodePercent(value);
    else if (Array.isArray(value)) named[name] = value.map((each) => decodePercent(String(each)));
  }
}
