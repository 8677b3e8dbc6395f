/** The meaning of each {@link MessagingError} code. */
export const messagingErrorCodes = {
  INVALID_CONFIG: "A configuration that cannot be used.",
  INVALID_ADDRESS: "Not a single mail address such as `Name <user@example.org>`.",
  INVALID_HEADER: "A header value, file name or content type with forbidden characters.",
  INVALID_MESSAGE: "A message without a recipient or a body, or one that is too long.",
  INVALID_NUMBER: "Not a possible phone number, or a national one for a gateway without a default country.",
  CONNECT_FAILED: "The server cannot be reached. Nothing was sent.",
  ADDRESS_REFUSED: "The address guard of the HTTP client refused the server. Nothing was sent.",
  TLS_FAILED:
    "The TLS handshake failed, the certificate was not accepted, or TLS is required but not offered. Nothing was sent.",
  AUTH_FAILED: "The server did not accept the user and password. Nothing was sent.",
  CONNECTION_LOST: "The connection ended before the server responded. Whether the message was accepted is unknown.",
  TIMEOUT:
    "No response in time. Whether the message was accepted is unknown, unless the error says that it was not sent.",
  SMTPUTF8_REQUIRED:
    "An address has letters beyond ASCII before the @, and the server does not support SMTPUTF8. Nothing was sent.",
  REJECTED: "The server refused the message permanently.",
  DEFERRED: "The server refused the message temporarily.",
  THROTTLED: "The SMS center refused the message because too many were sent (ESME_RTHROTTLED).",
  QUEUE_FULL: "The SMS center's queue is full (ESME_RMSGQFUL).",
  SCRIPT_REFUSED:
    "A script that is not in the directory, is not executable, is a link to outside the directory, or is writable by others.",
  SCRIPT_FAILED: "A script that did not start, or ended with an exit code other than zero.",
  ABORTED: "The caller's signal aborted the sending.",
  CLOSED: "The mailer or gateway is closed.",
} as const;

/** The codes of {@link MessagingError}. */
export type MessagingErrorCode = keyof typeof messagingErrorCodes;

/** Codes of errors after which the message may have been accepted. */
const uncertainCodes: ReadonlySet<MessagingErrorCode> = new Set(["CONNECTION_LOST", "TIMEOUT", "ABORTED"]);

/** Details of a {@link MessagingError} in addition to its code and message. */
export interface MessagingErrorOptions extends ErrorOptions {
  readonly reason?: string | undefined;
  /** Default: determined by the code. */
  readonly uncertain?: boolean | undefined;
}

/**
 * An error of a mailer or an SMS gateway. Its message may name an address, but contains no password, and no text that
 * was to be sent.
 */
export class MessagingError extends Error {
  override readonly name = "MessagingError";
  /**
   * The reason, suitable for an audit log: it contains no address, number or part of a message. Absent if the code is
   * sufficient.
   */
  readonly reason: string | undefined;
  /** Whether the message, or a part of it, may have been accepted, so that sending it again may deliver it twice. */
  readonly uncertain: boolean;

  constructor(
    readonly code: MessagingErrorCode,
    message: string,
    { reason, uncertain, ...options }: MessagingErrorOptions = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.uncertain = uncertain ?? uncertainCodes.has(code);
  }
}
