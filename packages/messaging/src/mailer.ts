import nodemailer from "nodemailer";
import { parseConfig, tlsOptions } from "./config.js";
import { MessagingError } from "./errors.js";
import { composeMail, type Mail } from "./mail.js";
import { asMessagingError } from "./smtp-failure.js";
import { type SmtpServerConfig, smtpServerConfig } from "./smtp-server-config.js";

/** What became of a mail. */
export interface MailReceipt {
  messageId: string;
  /** Addresses that the server took; at least one. */
  accepted: string[];
  /** Addresses that it did not. */
  rejected: string[];
  /** The server's last answer. */
  response: string;
}

/** Sends mails through one SMTP server, over a few connections that are kept. */
export interface Mailer {
  /** Whether every mail is encrypted on its way to the server: smtps, or STARTTLS that is required. */
  readonly encrypted: boolean;
  /** Resolves when the server took the mail for one recipient at least. Throws MessagingError. */
  send(mail: Mail): Promise<MailReceipt>;
  /** Connects and logs in. Throws MessagingError. */
  verify(): Promise<void>;
  /** Closes the idle connections at once, the others after their mail. Mails that wait fail with `CLOSED`. */
  close(): void;
}

/**
 * Makes a mailer. It connects when the first mail is sent.
 *
 * @throws MessagingError `INVALID_CONFIG`
 */
export function createMailer(config: SmtpServerConfig): Mailer {
  const { host, port, security, user, password, sender, timeoutMs, poolSize, tls, name } = parseConfig(
    smtpServerConfig,
    config,
  );
  const transport = nodemailer.createTransport({
    pool: true,
    host,
    port,
    secure: security === "smtps",
    requireTLS: security === "starttls",
    ignoreTLS: security === "smtp",
    opportunisticTLS: security === "starttls-optional",
    // who configured a user wants to be logged in, not sent through as a stranger
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password }, forceAuth: true }),
    ...(name !== undefined && { name }),
    maxConnections: poolSize,
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: tlsOptions(tls),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let closed = false;

  async function run<T>(task: () => Promise<T>): Promise<T> {
    if (closed) throw new MessagingError("CLOSED", `${host}: the mailer is closed.`);
    try {
      return await task();
    } catch (error) {
      throw asMessagingError(error, host, closed);
    }
  }

  return {
    encrypted: security === "smtps" || security === "starttls",
    async send({ signal, ...mail }) {
      const message = composeMail(mail, sender);
      const { messageId, accepted, rejected, response } = await run(() =>
        transport.sendMail({ ...message, ...(signal && { signal }) }),
      );
      return { messageId, accepted, rejected, response };
    },
    async verify() {
      await run(() => transport.verify());
    },
    close() {
      closed = true;
      transport.close();
    },
  };
}
