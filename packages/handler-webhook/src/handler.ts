import { defineHandler, type Handler } from "@bookend/core";
import { createAddressGuard, createHttpClient, type HttpClient } from "@bookend/http-client";
import { postWebhook } from "./actions/post-webhook.js";
import { createSigner } from "./signer.js";
import { webhookDelivery } from "./webhook-delivery.js";

/** Options of `webhook`. */
export interface WebhookOptions {
  /** Private addresses and networks (CIDR) that webhooks may be posted to. @default none */
  readonly allow?: readonly string[] | undefined;
  /**
   * Secrets according to Standard Webhooks (`whsec_…`). Each webhook is signed with all of them, so that secrets can be
   * rotated. @default unsigned
   */
  readonly secrets?: readonly string[] | undefined;
  /** Milliseconds that a request may take in total. @default 10,000 */
  readonly timeoutMs?: number | undefined;
  /** An HTTP client of the host with its own proxy, TLS and rules. If given, `allow` is not used. */
  readonly client?: Pick<HttpClient, "request"> | undefined;
  readonly clock?: (() => Date) | undefined;
}

/**
 * Posts signed webhooks. Private addresses are refused unless the operator allows them.
 * Modeled on privacyIDEA's webhook handler.
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
