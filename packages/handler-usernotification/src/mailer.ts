/** Sends mail through one SMTP server. Those of `@bookend/messaging` are such. */
export interface Mailer {
  /** Whether nobody on the way to the server can read a mail: TLS is required, not only tried. */
  readonly encrypted?: boolean | undefined;
  /** Milliseconds within which `send` ends by itself, including the wait in a queue. Default: a minute. */
  readonly longestMs?: number | undefined;
  /** Rejects if no recipient was accepted. The `code` (`REJECTED`, `CONNECT_FAILED`, …) and the `reason` of the error are audited, its message is not. */
  send(mail: Mail): Promise<MailResult>;
}

/** A mail, rendered. */
export interface Mail {
  readonly to: readonly string[];
  readonly replyTo?: readonly string[] | undefined;
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly attachments?: readonly MailAttachment[] | undefined;
  /** As `<id@domain>`; the same over all tries of a delivery. */
  readonly messageId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An image that an HTML body can show: `<img src="cid:token_image">`. */
export interface MailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly cid: string;
}

/** The response of the server. */
export interface MailResult {
  readonly messageId: string;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}
