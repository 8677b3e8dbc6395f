import { createMailer, type Mailer, MessagingError, type SmsGatewayServices } from "@bookend/messaging";
import { configurationError, parameterError } from "../errors/mfa-error.js";
import type { SmsGatewayAccess, SmtpServerAccess } from "../senders/types.js";
import { mailerConfig } from "./mailer-config.js";
import { openSmsGateway } from "./open-sms-gateway.js";

/**
 * Checks the settings of a mail server without connecting to it.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkSmtpServer(settings: SmtpServerAccess): void {
  openMailer(settings).close();
}

/**
 * Checks the settings of an SMS gateway without connecting to it.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export async function checkSmsGateway(settings: SmsGatewayAccess, services: SmsGatewayServices): Promise<void> {
  try {
    await openSmsGateway(settings, services).close();
  } catch (error) {
    throw asParameterError(error);
  }
}

/**
 * Sends a test mail through a mail server, which need not be stored.
 *
 * @throws {MfaError} PARAMETER_INVALID if the settings are not valid
 * @throws {MfaError} CONFIGURATION_INVALID if the mail was not sent
 */
export async function sendTestMail(settings: SmtpServerAccess, recipient: string): Promise<void> {
  const mailer = openMailer(settings);
  try {
    await mailer.send({
      to: [recipient],
      subject: "Test mail from Bookend",
      text: `This mail was sent through the mail server ${settings.name} to test it.`,
    });
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error;
    throw configurationError(`The test mail was not sent: ${error.message}`, { cause: error });
  } finally {
    mailer.close();
  }
}

function openMailer(settings: SmtpServerAccess): Mailer {
  try {
    return createMailer(mailerConfig(settings));
  } catch (error) {
    throw asParameterError(error);
  }
}

function asParameterError(error: unknown): unknown {
  return error instanceof MessagingError ? parameterError(error.message) : error;
}
