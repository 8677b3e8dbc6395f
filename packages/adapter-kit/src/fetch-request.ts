/** The parts of a Node.js request from which a WHATWG request is created. */
export interface NodeRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
}

/**
 * Creates a WHATWG request from a request of a Node.js server. The body is taken over if it consists of bytes.
 *
 * @param origin Scheme, host and port of `request.url`; never taken from the request.
 */
export function toFetchRequest({ method, url, headers, body }: NodeRequest, origin: string): Request {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // a WHATWG request does not accept the pseudo-headers of HTTP/2
    if (value !== undefined && !name.startsWith(":"))
      copied.set(name, typeof value === "string" ? value : value.join(", "));
  }
  const hasBody = method !== "GET" && method !== "HEAD" && body instanceof Uint8Array && body.length > 0;
  // concatenated, since resolving a path that begins with two slashes would lead to another host
  return new Request(`${origin}${url}`, { method, headers: copied, body: hasBody ? new Uint8Array(body) : null });
}
