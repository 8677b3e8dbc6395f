import { defineHandler, type Handler } from "@bookend/core";
import { createHttpClient, type HttpClient } from "@bookend/http-client";
import { forward } from "./actions/forward.js";
import type { FederationServers } from "./federation-server.js";

/** Options of `federation`. */
export interface FederationOptions {
  readonly servers: FederationServers;
  /** Private addresses and networks (CIDR) that calls may be forwarded to. @default none */
  readonly allow?: readonly string[] | undefined;
  /** An HTTP client of the host with its own proxy, TLS and rules. If given, `allow` is not used. */
  readonly client?: Pick<HttpClient, "request"> | undefined;
}

/**
 * Forwards calls to another server. A failure aborts the call unless the binding says otherwise.
 * Modeled on privacyIDEA's federation handler.
 *
 * @throws {HttpClientError} INVALID_CONFIG for a network that is not valid
 */
export function federation({ servers, allow = [], client }: FederationOptions): Handler {
  return defineHandler({
    id: "Federation",
    description: "Forwards calls to another server.",
    positions: ["post"],
    abortOnError: true,
    actions: { forward: forward(servers, client ?? createHttpClient({ allow: [...allow] })) },
  });
}
