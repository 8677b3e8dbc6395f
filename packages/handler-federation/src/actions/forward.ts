import { type CallResponse, defineAction, failed } from "@bookend/core";
import { type HttpClient, HttpClientError, type HttpResponse } from "@bookend/http-client";
import type { FederationServers } from "../federation-server.js";
import { forwardedRequest } from "../forwarded-request.js";
import { forwardOptions } from "../options.js";

/** Milliseconds that a request may take in total, unless the server's configuration has a different limit. */
const defaultTimeoutMs = 10_000;

/** `forward`: sends the call to another server, whose response replaces the response of the call. */
export function forward(servers: FederationServers, client: Pick<HttpClient, "request">) {
  return defineAction({
    description: "Forwards the call to another server and returns its response.",
    options: forwardOptions,
    changes: ["response"],
    notDurable: "the other server's response is needed during the call",
    choices: { privacyIDEA: () => servers.names() },
    async run({ options, call, signal }) {
      const server = await servers.find(options.privacyIDEA);
      if (!server) return failed("There is no server with the configured name.");
      const request = forwardedRequest(call, server.url, options);
      if (!request)
        return failed(
          "Calls with this method or path are not forwarded, nor are calls that have been forwarded three times.",
        );
      const { origin, ...sent } = request;
      try {
        const { tls, timeoutMs = defaultTimeoutMs } = server;
        const response = responseOf(await client.request({ ...sent, tls, timeoutMs, signal }), origin);
        if (!response) return failed("The other server's response is not a JSON object.");
        call.response = response;
      } catch (error) {
        if (!(error instanceof HttpClientError)) throw error;
        return failed(`not forwarded: ${error.code}`);
      }
      return undefined;
    },
  });
}

/** Returns the other server's response, with a note about its origin. Undefined if it is not a JSON object. */
function responseOf(answer: HttpResponse, origin: string): CallResponse | undefined {
  let body: unknown;
  try {
    body = JSON.parse(answer.text());
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  return { status: answer.status, body: { ...body, detail: { ...(isObject(body.detail) && body.detail), origin } } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
