import { defineHandler, type Handler } from "@bookend/core";
import { createAddressGuard, createHttpClient, type HttpClient } from "@bookend/http-client";
import { postWebhook } from "./actions/post-webhook.js";
import { createSigner } from "./signer.js";
import { webhookDelivery } from "./webhook-delivery.js";

/** Options of `webhook`. */
export interface WebhookOptions {
  /** Addresses and networks (CIDR) that may be posted to although they are private. Default: none. */
  readonly allow?: readonly string[] | undefined;
  /** Standard Webhooks secrets, `whsec_…`; each signs. Several while one is changed for another. Default: unsigned. */
  readonly secrets?: readonly string[] | undefined;
  /** Milliseconds for the whole exchange. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** A client of the host's, with its own proxy, TLS and rules; `allow` is then not used. */
  readonly client?: Pick<HttpClient, "request"> | undefined;
  readonly clock?: (() => Date) | undefined;
}

/**
 * Posts webhooks, signed, to addresses that are not private unless the operator allows them.
 * Source: privacyIDEA's webhook handler.
 *
 * @throws {TypeError} for a secret that is not valid
 * @throws {HttpClientError} INVALID_CONFIG for a network that is not valid
 */
export function webhook(options: WebhookOptions = {}): Handler {
  const { secrets = [], timeoutMs = 10_000, clock = () => new Date() } = options;
  const allow = [...(options.allow ?? [])];
  const client = options.client ?? createHttpClient({ allow, timeoutMs });
  const guard = options.client ? undefined : createAddressGuard({ allow });
  const delivery = webhookDelivery({ client, signer: createSigner(secrets), clock, timeoutMs });
  return defineHandler({
    id: "WebHook",
    description: "Posts webhooks.",
    positions: ["pre", "post"],
    actions: { post_webhook: postWebhook(delivery, guard) },
    deliveries: [delivery],
  });
}
