import { once } from "node:events";
import SmtpConnection from "nodemailer/lib/smtp-connection";
import { abortReason } from "./deadline.js";
import { MessagingError } from "./errors.js";

/**
 * Checks that the server supports SMTPUTF8, since nodemailer would send an international address in any case. Each mail
 * with such an address is checked on a separate connection, because a server can change.
 *
 * @throws {MessagingError} SMTPUTF8_REQUIRED, ABORTED, or a connection error
 */
export async function requireSmtpUtf8(
  options: ConstructorParameters<typeof SmtpConnection>[0],
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const connection = new SmtpConnection(options);
  const failed = once(connection, "error", { signal }).then(([error]) => {
    throw error;
  });
  try {
    // `connect` calls back after the last EHLO, which is the one inside TLS if TLS is used
    await Promise.race([new Promise<void>((resolve) => connection.connect(() => resolve())), failed]);
    const extensions = connection.lastServerResponse || "";
    if (/^250[ -]SMTPUTF8\b/im.test(extensions)) return;
    const reason = "an address has letters beyond ASCII before the @, and the server does not support SMTPUTF8";
    throw new MessagingError("SMTPUTF8_REQUIRED", `${host}: ${reason}.`, { reason });
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : error;
  } finally {
    failed.catch(() => undefined);
    connection.quit();
    connection.close();
  }
}
