import { type DeliveryKind, defineDelivery } from "@bookend/core";
import type { Mailer } from "../mailer.js";
import type { Named } from "../named.js";
import { sendFailure } from "../send-failure.js";
import { tryLimitMs } from "./try-limit.js";

/** A mail to be sent. It contains only the name of its SMTP server, so that the password is not stored with it. */
export interface MailPayload {
  readonly server: string;
  readonly to: readonly string[];
  readonly replyTo?: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments?: readonly {
    readonly filename: string;
    readonly contentType: string;
    /** Content in base64. */
    readonly content: string;
    readonly cid: string;
  }[];
}

/** Sends mails. All attempts have the same Message-ID. */
export function mailDelivery(mailers: Named<Mailer>): DeliveryKind<MailPayload> {
  return defineDelivery({
    name: "mail",
    destination: ({ server }) => `smtp:${server}`.slice(0, 200),
    summary: ({ to }) => `mail to ${to.length} ${to.length === 1 ? "recipient" : "recipients"}`,
    retry: { timeoutMs: tryLimitMs() },
    async send({ id, payload }, { signal }) {
      const { server, attachments = [], ...mail } = payload;
      const mailer = await mailers.find(server);
      if (!mailer) return { status: "failed", reason: `there is no SMTP server ${JSON.stringify(server)}` };
      try {
        const { accepted, rejected } = await mailer.send({
          ...mail,
          attachments: attachments.map((file) => ({ ...file, content: Buffer.from(file.content, "base64") })),
          messageId: `<${id}@bookend.invalid>`,
          signal,
        });
        return { status: "sent", details: { accepted: accepted.length, ...(rejected.length > 0 && { rejected }) } };
      } catch (error) {
        return sendFailure(error, `SMTP server ${JSON.stringify(server)}`);
      }
    },
  });
}
