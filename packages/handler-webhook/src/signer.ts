import { problemMessage } from "@bookend/core";
import { Webhook } from "standardwebhooks";

/** Headers by which a receiver knows who sent a webhook, when, and that it was not changed. */
export type SignatureHeaders = Record<"webhook-id" | "webhook-timestamp", string> & { "webhook-signature"?: string };

/** Signs webhooks. Source: Standard Webhooks 1.0. */
export interface Signer {
  /** `id` is the same over all tries, `sentAt` is that of the try. */
  sign(id: string, sentAt: Date, body: string): SignatureHeaders;
}

/** Whether a string is a secret of Standard Webhooks: `whsec_` and the base64 of 24 bytes or more. */
export function isWebhookSecret(secret: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret);
}

/**
 * Signs with each of the secrets (`whsec_…`, base64), so that receivers of the old and of the new one verify while it is changed.
 * Without secrets there is no signature.
 *
 * @throws {TypeError} for a secret that is not valid, which is not in the message
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
