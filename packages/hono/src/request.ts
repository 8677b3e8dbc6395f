import type { Context } from "hono";

/** Returns the bytes of a body that other middleware has already read; undefined if none has. */
export function bodyBytes({ req }: Context): (() => Promise<Uint8Array<ArrayBuffer>>) | undefined {
  return req.raw.bodyUsed ? async () => new Uint8Array(await req.arrayBuffer()) : undefined;
}

/**
 * Replaces the request that the handlers after the middleware see.
 *
 * @param params The new parameters of the path; undefined if they did not change.
 */
export function writeRequest({ req }: Context, request: Request, params: unknown): void {
  if (request !== req.raw) {
    req.raw = request;
    // Hono caches what it has read of the body
    req.bodyCache = {};
  }
  if (typeof params !== "object" || params === null) return;
  const written = new Map(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const param = (name?: string) => (name === undefined ? Object.fromEntries(written) : written.get(name));
  Object.defineProperty(req, "param", { configurable: true, value: param });
}
