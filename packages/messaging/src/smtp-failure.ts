import type { NodemailerError } from "nodemailer";
import { MessagingError, type MessagingErrorCode } from "./errors.js";
import { isTlsFailure } from "./tls-failure.js";

/** nodemailer's codes that have only one meaning. */
const codes: Readonly<Record<string, MessagingErrorCode>> = {
  EAUTH: "AUTH_FAILED",
  ENOAUTH: "AUTH_FAILED",
  ETLS: "TLS_FAILED",
  EDNS: "CONNECT_FAILED",
  ETIMEDOUT: "TIMEOUT",
  EABORT: "ABORTED",
};

/**
 * Converts a failure of nodemailer into an error of the mailer, without anything that the server may have repeated from
 * a login.
 */
export function asMessagingError(error: unknown, host: string, closed: boolean): MessagingError {
  if (error instanceof MessagingError) return error;
  const failure = error as NodemailerError;
  const code = closed ? "CLOSED" : codeOf(failure);
  const message = `${host}: ${describe(code, failure)}.`;
  if (code === "AUTH_FAILED") return new MessagingError(code, message);
  const notSent = code === "TIMEOUT" && failure.timeoutType !== "SOCKET_TIMEOUT";
  return new MessagingError(code, message, { cause: error, ...(notSent && { uncertain: false }) });
}

function codeOf({ code = "", originalCode = "", responseCode, permanent }: NodemailerError): MessagingErrorCode {
  const known = codes[code];
  if (known) return known;
  if (isTlsFailure(originalCode)) return "TLS_FAILED";
  if (responseCode !== undefined) return permanent ? "REJECTED" : "DEFERRED";
  if (code === "ESOCKET" && /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(originalCode)) return "CONNECT_FAILED";
  // nodemailer itself refuses some mails, such as one to an international address if the server does not support
  // SMTPUTF8
  if (code === "EENVELOPE" || code === "EMESSAGE") return "REJECTED";
  return "CONNECTION_LOST";
}

function describe(
  code: MessagingErrorCode,
  { originalCode, response, responseCode, timeoutType }: NodemailerError,
): string {
  switch (code) {
    case "AUTH_FAILED":
      return `the server did not accept the user and password${responseCode ? ` (${responseCode})` : ""}`;
    case "REJECTED":
    case "DEFERRED":
      return `the server refused the mail: ${response ? oneLine(response) : "it does not accept the address"}`;
    case "TLS_FAILED":
      return `TLS failed${originalCode ? `: ${originalCode}` : ""}`;
    case "CONNECT_FAILED":
      return `no connection${originalCode ? `: ${originalCode}` : ""}`;
    case "TIMEOUT":
      return timeoutType === "SOCKET_TIMEOUT" ? "no response in time" : "no connection in time, not sent";
    case "ABORTED":
      return "the sending was aborted";
    case "CLOSED":
      return "the mailer is closed";
    default:
      return `the connection ended${originalCode ? `: ${originalCode}` : ""}`;
  }
}

function oneLine(response: string): string {
  return response.replace(/[\s\p{Cc}]+/gu, " ").slice(0, 200);
}
