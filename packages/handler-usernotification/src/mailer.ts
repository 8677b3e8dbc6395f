/** Sends mail through one SMTP server. The mailers of `@bookend/messaging` implement this interface. */
export interface Mailer {
  /** Whether mails are protected in transit: TLS is required, rather than opportunistic. */
  readonly encrypted?: boolean | undefined;
  /** Milliseconds after which `send` gives up, including the wait in a queue. @default 60,000 */
  readonly longestMs?: number | undefined;
  /**
   * Rejects if no recipient was accepted. The `code` (`REJECTED`, `CONNECT_FAILED`, …) and the `reason` of the error
   * are audited; its message is not.
   */
  send(mail: Mail): Promise<MailResult>;
}

/** A rendered mail. */
export interface Mail {
  readonly to: readonly string[];
  readonly replyTo?: readonly string[] | undefined;
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly attachments?: readonly MailAttachment[] | undefined;
  /** In the form `<id@domain>`; the same for all attempts of a delivery. */
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
