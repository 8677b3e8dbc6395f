/** The part of a server's second argument to a WHATWG handler that holds the address of the socket's other end. */
interface ServerInfo {
  /** `@hono/node-server` */
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: unknown } };
  /** `Bun.serve` */
  readonly requestIP?: (request: Request) => { readonly address?: unknown } | null;
  /** `Deno.serve` */
  readonly remoteAddr?: { readonly hostname?: unknown };
}

/**
 * Returns the address of the socket's other end, as `@hono/node-server`, `Bun.serve` and `Deno.serve` provide it;
 * undefined elsewhere.
 */
export function remoteAddressOf(request: Request, server: unknown): string | undefined {
  if (typeof server !== "object" || server === null) return undefined;
  const info: ServerInfo = server;
  const address =
    info.incoming?.socket?.remoteAddress ??
    (typeof info.requestIP === "function" ? info.requestIP(request)?.address : info.remoteAddr?.hostname);
  return typeof address === "string" ? address : undefined;
}
