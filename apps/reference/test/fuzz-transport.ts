import { Agent, request as httpRequest } from "node:http";
import type { FastifyInstance } from "fastify";
import type { FuzzRequest } from "./fuzz-requests.js";

/** The part of a response that is read. */
export interface FuzzResponse {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

/** Sends a request. Resolves to undefined if it cannot be sent, or if the server closes the connection. */
export type FuzzTransport = (request: Omit<FuzzRequest, "caller">) => Promise<FuzzResponse | undefined>;

/** Passes requests to the server without a network. */
export function injected(app: FastifyInstance): FuzzTransport {
  return async ({ method, url, headers, body }) => {
    const response = await app.inject({
      method: method as "GET",
      url,
      headers,
      ...(body !== undefined && { payload: body }),
    });
    return {
      status: response.statusCode,
      body: response.body,
      contentType: String(response.headers["content-type"] ?? ""),
    };
  };
}

/** Sends requests to the server's address, on persistent connections. */
export function overSockets(serverUrl: string): FuzzTransport {
  const { hostname, port } = new URL(serverUrl);
  const agent = new Agent({ keepAlive: true });
  return ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      // for some methods, such as DELETE, Node.js does not tell the server that there is a body
      const framed = { ...headers, ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }) };
      let sent: ReturnType<typeof httpRequest>;
      try {
        sent = httpRequest({ agent, host: hostname, port, method, path: url, headers: framed });
      } catch {
        // Node.js refuses to send this path or one of these headers
        return resolve(undefined);
      }
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
            contentType: response.headers["content-type"] ?? "",
          }),
        );
      });
      // the server closes a connection if it has not read the complete body
      sent.on("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNRESET" || error.code === "EPIPE" ? resolve(undefined) : reject(error),
      );
      sent.end(body);
    });
}
