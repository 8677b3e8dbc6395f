/** Headers of a request in the form of Node.js. */
type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Returns headers as strings. Node.js joins repeated headers; only `set-cookie`, which no client sends, is a list, and
 * becomes undefined.
 */
export function singleHeaders(headers: RequestHeaders): Readonly<Record<string, string | undefined>> {
  const single = headers["set-cookie"] ? { ...headers, "set-cookie": undefined } : headers;
  return single as Record<string, string | undefined>;
}

/** Returns a header that may be a list, as one string. */
export function joined(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" || header === undefined ? header : header.join(",");
}
