import { type DeliveryKind, defineDelivery, type SendResult } from "@bookend/core";
import { type HttpClient, HttpClientError } from "@bookend/http-client";
import type { Signer } from "./signer.js";

/** A rendered webhook. */
export interface WebhookPayload {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  /** Additional headers. Absent in deliveries that an earlier version stored. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The dependencies of webhooks. */
export interface WebhookDeliveryOptions {
  readonly client: Pick<HttpClient, "request">;
  readonly signer: Signer;
  readonly clock: () => Date;
  readonly timeoutMs: number;
}

/** Errors after which another attempt would fail as well. */
const permanentErrors: ReadonlySet<string> = new Set(["INVALID_URL", "INVALID_REQUEST", "ADDRESS_REFUSED"]);

/**
 * Errors after which it is unknown whether the server received the webhook. The receiver recognizes a repeated webhook
 * by its `webhook-id`.
 */
const uncertainErrors: ReadonlySet<string> = new Set(["TIMEOUT", "ABORTED", "CONNECTION_LOST"]);

/** Posts a webhook. Only a 2xx response is a success. */
export function webhookDelivery(options: WebhookDeliveryOptions): DeliveryKind<WebhookPayload> {
  const { client, signer, clock, timeoutMs } = options;
  return defineDelivery<WebhookPayload>({
    name: "webhook",
    destination: ({ url }) => destinationOf(url),
    summary: ({ url, body }) => `POST ${destinationOf(url)}/…, ${Buffer.byteLength(body)} bytes`,
    retry: { timeoutMs: timeoutMs + 1_000 },
    async send({ id, payload: { url, contentType, body, headers: own } }, { signal }) {
      const headers = { ...own, "content-type": contentType, ...signer.sign(id, clock(), body) };
      try {
        // only the status matters: a long, slow or endless body must not turn a success into a failure that is posted
        // again
        const request = { method: "POST", url, headers, body, signal, timeoutMs, discardBody: true };
        const response = await client.request(request);
        return resultOf(response.status, response.headers["retry-after"], clock());
      } catch (error) {
        if (!(error instanceof HttpClientError)) throw error;
        return {
          status: "failed",
          reason: `not posted: ${error.code}`,
          permanent: permanentErrors.has(error.code),
          uncertain: uncertainErrors.has(error.code),
        };
      }
    },
  });
}

function resultOf(status: number, retryAfter: string | string[] | undefined, now: Date): SendResult {
  if (status >= 200 && status < 300) return { status: "sent", details: { status } };
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  const retryAfterMs = again ? waitOf(retryAfter, now) : undefined;
  return {
    status: "failed",
    reason: `the server responded with status ${status}`,
    permanent: !again,
    retryAfterMs,
    // Retry-After applies to everything for the same server; 410 means that nobody listens there anymore
    destination: status === 410 ? "disable" : retryAfterMs === undefined ? undefined : "wait",
    details: { status },
  };
}

/** Returns the origin of a URL. The path is left out since it may contain a secret. */
function destinationOf(url: string): string {
  return new URL(url).origin.slice(0, 200);
}

/** Returns the milliseconds that `Retry-After` represents, as seconds or as an HTTP date. */
function waitOf(header: string | string[] | undefined, now: Date): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
