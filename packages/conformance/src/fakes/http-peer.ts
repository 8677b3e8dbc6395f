import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Peer } from "./peer.js";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server on an ephemeral port of 127.0.0.1. */
export interface HttpPeer extends Peer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** Makes it respond with this status, body and headers from now on. */
  respond(response: HttpPeerResponse): void;
  hold(): void;
  refuse(): void;
  identities(): readonly (string | undefined)[];
}

/** The response of an HTTP peer. */
export interface HttpPeerResponse {
  /** @default 200 */
  readonly status?: number | undefined;
  /** @default "{}" */
  readonly body?: string | undefined;
  /** @default { "content-type": "application/json" } */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Headers by which HTTP APIs recognize a request that they received before. */
const identityHeaders = ["webhook-id", "idempotency-key", "ce-id", "x-idempotency-key", "x-request-id"];

/** Maximum size of a body that the peer keeps, in bytes. */
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * Starts an HTTP server that keeps the requests it receives; it responds with status 200 and `{}` unless configured
 * otherwise.
 */
export async function startHttpPeer(first: HttpPeerResponse = {}): Promise<HttpPeer> {
  const received: ReceivedRequest[] = [];
  let response = first;
  let held = false;
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      if (size <= maxBodyBytes) chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks).toString();
    received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    if (held) return;
    reply.writeHead(response.status ?? 200, response.headers ?? { "content-type": "application/json" });
    reply.end(response.body ?? "{}");
  });
  // a client that disconnects while it sends is not an error of this server
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    respond(given) {
      response = given;
    },
    hold() {
      held = true;
    },
    refuse() {
      response = { status: 500, body: '{"error": "refused"}' };
    },
    identities: () => received.map(identityOf),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * Returns the first of the `identityHeaders` that a request has; otherwise the `id` of its JSON body, as in
 * CloudEvents.
 */
function identityOf({ headers, body }: ReceivedRequest): string | undefined {
  for (const name of identityHeaders) {
    const value = headers[name];
    if (typeof value === "string" && value !== "") return value;
  }
  try {
    const parsed: unknown = JSON.parse(body);
    const id = typeof parsed === "object" && parsed !== null && "id" in parsed ? parsed.id : undefined;
    return typeof id === "string" && id !== "" ? id : undefined;
  } catch {
    return undefined;
  }
}
