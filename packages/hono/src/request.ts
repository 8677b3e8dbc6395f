import type { Context } from "hono";

/** The bytes of a body that another middleware has read already; undefined if none has. */
export function bodyBytes({ req }: Context): (() => Promise<Uint8Array<ArrayBuffer>>) | undefined {
  return req.raw.bodyUsed ? async () => new Uint8Array(await req.arrayBuffer()) : undefined;
}

/**
 * Makes the handlers behind a middleware see another request.
 *
 * @param params Other parameters of the path; undefined if they are as they were.
 */
export function writeRequest({ req }: Context, request: Request, params: unknown): void {
  if (request !== req.raw) {
    req.raw = request;
    // Hono keeps what was read of the body
    req.bodyCache = {};
  }
  if (typeof params !== "object" || params === null) return;
  const written = new Map(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const param = (name?: string) => (name === undefined ? Object.fromEntries(written) : written.get(name));
  Object.defineProperty(req, "param", { configurable: true, value: param });
}
