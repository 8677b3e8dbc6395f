/** Matches an escaped backslash, which stays, or half of a surrogate pair: `JSON.stringify` escapes only halves. */
const escapes = /\\(?:\\|ud[89a-f][\da-f]{2})/g;

/**
 * Returns a value as JSON from which a statement extracts strings. Half of a surrogate pair becomes U+FFFD, as in any
 * other parameter: PostgreSQL refuses JSON with one, and SQLite extracts bytes that are not UTF-8, at which libsql ends
 * the process.
 */
export function jsonParameter(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes("\\ud") ? json.replace(escapes, (found) => (found === "\\\\" ? found : "\ufffd")) : json;
}
