import { problemMessage } from "@bookend/core";
import { Webhook } from "standardwebhooks";

/** Headers that let a receiver verify who sent a webhook, when it was sent, and that it was not modified. */
export type SignatureHeaders = Record<"webhook-id" | "webhook-timestamp", string> & { "webhook-signature"?: string };

/** Signs webhooks. Source: Standard Webhooks 1.0. */
export interface Signer {
  /** Signs a body. `id` is the same for all attempts; `sentAt` is the time of this attempt. */
  sign(id: string, sentAt: Date, body: string): SignatureHeaders;
}

/** Returns whether a string is a secret according to Standard Webhooks: `whsec_` and the base64 of 24 bytes or more. */
export function isWebhookSecret(secret: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret);
}

/**
 * Creates a signer that signs with each of the secrets (`whsec_…`, base64), so that receivers with the old or the new
 * secret can verify webhooks during a rotation. Without secrets, webhooks are not signed.
 *
 * @throws {TypeError} for a secret that is not valid; the message does not contain it
 */
export function createSigner(secrets: readonly string[]): Signer {
  const keys = secrets.map((secret, index) => {
    if (!isWebhookSecret(secret)) {
      throw new TypeError(
        problemMessage(
          "the webhook secret is not valid",
          '"whsec_" and the base64 of 24 bytes or more',
          `secrets.${index}`,
        ),
      );
    }
    return new Webhook(secret);
  });
  return {
    sign(id, sentAt, body) {
      const headers: SignatureHeaders = {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
      };
      if (keys.length > 0) headers["webhook-signature"] = keys.map((key) => key.sign(id, sentAt, body)).join(" ");
      return headers;
    },
  };
}
