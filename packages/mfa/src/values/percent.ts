/** Matches one percent-encoded UTF-8 character of one to four bytes. */
const encodedCharacter =
  /%[0-7][\da-f]|%c[2-9a-f]%[89ab][\da-f]|%d[\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-4](?:%[89ab][\da-f]){3}/gi;

/**
 * Decodes percent-encoded characters. A `%` that does not begin a valid UTF-8 character is kept, as is `+`.
 * Takes linear time.
 */
export function decodePercent(text: string): string {
  return text.includes("%") ? text.replace(encodedCharacter, decodeCharacter) : text;
}

/** Decodes a character. Overlong forms and surrogates, which the pattern accepts, are kept as they are. */
function decodeCharacter(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/**
 * Decodes the values of a query or a form in place, including those in lists, except for some fields. Names are not
 * decoded.
 */
export function decodeValues(values: unknown, except: readonly string[] = []): void {
  if (typeof values !== "object" || values === null) return;
  const named = values as Record<string, unknown>;
  for (const [name, value] of Object.entries(named)) {
    if (except.includes(name)) continue;
    if (typeof value === "string") named[name] = decodePercent(value);
    else if (Array.isArray(value)) named[name] = value.map((each) => decodePercent(String(each)));
  }
}
