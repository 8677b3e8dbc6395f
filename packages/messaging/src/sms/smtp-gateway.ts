import { z } from "zod";
import { deadline, line, parseConfig } from "../config.js";
import type { Mailer } from "../mailer.js";
import { numberReading, phoneNumber } from "../phone-number.js";
import { fillPlaceholders } from "./placeholders.js";
import type { SmsGateway } from "./sms-gateway.js";
import { trackedGateway } from "./tracked-gateway.js";

/**
 * A service that receives mails and sends them as short messages. The recipient, the subject and the body can contain
 * `{phone}` and `{otp}` or `{message}`.
 */
export const smtpGatewayConfig = z.strictObject({
  kind: z.literal("smtp"),
  server: line().describe("Name of a configured SMTP server."),
  recipient: line().describe("Address of a mail, such as {phone}@sms.example.org."),
  sender: line().optional().describe("Default: the SMTP server's."),
  subject: line().default("{phone}"),
  body: z.string().min(1).default("{message}"),
  deadlineMs: deadline(30_000),
  ...numberReading,
});

/** Input of {@link smtpGatewayConfig}. */
export type SmtpGatewayConfig = z.input<typeof smtpGatewayConfig>;

/**
 * Creates a gateway that sends through a service that accepts mails. A message with line breaks fails if the subject
 * contains it.
 *
 * @throws {MessagingError} INVALID_CONFIG
 */
export function smtpGateway(config: SmtpGatewayConfig, { mailer }: { mailer: Mailer }): SmsGateway {
  const settings = parseConfig(smtpGatewayConfig, config);
  const { server, recipient, sender, subject, body, deadlineMs } = settings;
  return trackedGateway({
    kind: "smtp",
    peer: server,
    deadlineMs,
    async send({ to, text, signal }) {
      const phone = phoneNumber(to, settings);
      const { messageId } = await mailer.send({
        to: [fillPlaceholders(recipient, phone, text)],
        from: sender,
        subject: fillPlaceholders(subject, phone, text),
        text: fillPlaceholders(body, phone, text),
        signal,
      });
      return { messageIds: [messageId] };
    },
  });
}
