import nodemailer from "nodemailer";
import { parseConfig, tlsOptions } from "./config.js";
import { abortReason, startDeadline, tooLate, unsent } from "./deadline.js";
import { MessagingError } from "./errors.js";
import { composeMail, type Mail } from "./mail.js";
import { asMessagingError } from "./smtp-failure.js";
import { type SmtpServerConfig, smtpServerConfig } from "./smtp-server-config.js";
import { requireSmtpUtf8 } from "./smtp-utf8.js";

/** The result of a mail. */
export interface MailReceipt {
  messageId: string;
  /** Addresses that the server accepted; at least one. */
  accepted: string[];
  /** Addresses that the server refused. */
  rejected: string[];
  /** The server's last response. */
  response: string;
}

/** Sends mails through one SMTP server, over a few connections that are reused. */
export interface Mailer {
  /** Whether every mail is encrypted on its way to the server: with smtps, or with required STARTTLS. */
  readonly encrypted: boolean;
  /**
   * Milliseconds within which `send` ends, including the wait for a connection; undefined if there is no fixed limit.
   */
  readonly longestMs?: number | undefined;
  /**
   * Resolves when the server has accepted the mail for at least one recipient.
   *
   * @throws {MessagingError} with one of {@link messagingErrorCodes}
   */
  send(mail: Mail): Promise<MailReceipt>;
  /**
   * Connects and logs in.
   *
   * @throws {MessagingError} with one of {@link messagingErrorCodes}
   */
  verify(): Promise<void>;
  /** Closes idle connections immediately, and the others after their mail. Waiting mails fail with `CLOSED`. */
  close(): void;
}

/**
 * Creates a mailer. It connects when the first mail is sent.
 *
 * @throws {MessagingError} INVALID_CONFIG
 */
export function createMailer(config: SmtpServerConfig): Mailer {
  const settings = parseConfig(smtpServerConfig, config);
  const { host, port, security, user, password, sender, timeoutMs, deadlineMs, poolSize, tls, name } = settings;
  const server = {
    host,
    port,
    secure: security === "smtps",
    requireTLS: security === "starttls",
    ignoreTLS: security === "smtp",
    opportunisticTLS: security === "starttls-optional",
    ...(name !== undefined && { name }),
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: tlsOptions(tls),
  };
  const transport = nodemailer.createTransport({
    ...server,
    pool: true,
    // if credentials are configured, require authentication rather than silently sending anonymously
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password }, forceAuth: true }),
    maxConnections: poolSize,
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
    longestMs: deadlineMs,
    async send({ signal: caller, ...mail }) {
      const { message, international } = composeMail(mail, sender);
      const deadline = startDeadline(caller, deadlineMs, () => tooLate(host, deadlineMs));
      const { signal } = deadline;
      let submitted = false;
      try {
        const { messageId, accepted, rejected, response } = await run(async () => {
          if (international) await requireSmtpUtf8(server, host, signal);
          submitted = true;
          return transport.sendMail({ ...message, signal });
        });
        return { messageId, accepted, rejected, response };
      } catch (error) {
        const ended = error instanceof MessagingError && error.code === "ABORTED" && signal.aborted;
        const why = ended ? abortReason(signal) : error;
        throw submitted ? why : unsent(why);
      } finally {
        deadline.end();
      }
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
