/**
 * Maximum number of named statements; others are parsed each time. The server keeps all of them for each connection.
 */
const maxNamed = 300;

/** Maximum number of statements that are remembered as seen once. */
const maxSeen = 2_000;

/**
 * Maximum length of a named statement, in UTF-16 code units. Longer statements, such as those that insert many rows,
 * are rarely repeated.
 */
const maxLength = 10_000;

const repeatable = /^\s*(?:select|insert|update|delete|with)\b/i;

/**
 * Names statements, so that the server parses and plans each of them once per connection. Only repeated statements get
 * a name: statements that occur only once would otherwise fill the server's memory.
 */
export function statementNames(): (text: string) => string | undefined {
  const seen = new Set<string>();
  const names = new Map<string, string>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size === maxNamed) return name;
    if (text.length > maxLength || !repeatable.test(text)) return undefined;
    if (seen.delete(text)) {
      const created = `bookend_${names.size + 1}`;
      names.set(text, created);
      return created;
    }
    if (seen.size === maxSeen) seen.clear();
    seen.add(text);
    return undefined;
  };
}
