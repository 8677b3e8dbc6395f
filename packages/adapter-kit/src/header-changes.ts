import { validateHeaderName, validateHeaderValue } from "node:http";

/** Headers that have one value, by name. */
export type Headers = Readonly<Record<string, string>>;

/** Headers about the transport or the length of a message, which actions cannot set. */
const transportHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The changes to the headers of a response. Names are in lower case. */
export interface HeaderChanges {
  readonly remove: readonly string[];
  readonly set: ReadonlyMap<string, string>;
}

/**
 * Returns the changes that post actions made to the headers of a response. `known` headers, which they could see, are
 * removed if they no longer exist, and removed and set again if they have changed. Headers about the transport are
 * never set.
 *
 * @throws {TypeError} ERR_INVALID_HTTP_TOKEN, ERR_INVALID_CHAR, ERR_HTTP_INVALID_HEADER_VALUE: as Node.js does for a
 * header that is not valid
 */
export function headerChanges(headers: Headers, known: Headers): HeaderChanges {
  const wanted = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const remove = Object.entries(known).flatMap(([name, value]) => (wanted.get(name) === value ? [] : [name]));
  const set = new Map<string, string>();
  for (const [name, value] of wanted) {
    if (known[name] === value || transportHeaders.has(name)) continue;
    validateHeaderName(name);
    validateHeaderValue(name, value);
    set.set(name, value);
  }
  return { remove, set };
}
