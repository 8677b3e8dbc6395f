/** A short message. */
export interface ShortMessage {
  /** Phone number as people write it, such as `+49 (0) 151 123-4567`. */
  to: string;
  text: string;
  /** Requests a delivery receipt, if the gateway is configured for them: `receiptIds` of the result are the ids that it will have. */
  receipt?: boolean | undefined;
  /** Aborts the sending. */
  signal?: AbortSignal | undefined;
}

/** The outcome of a short message. */
export interface SmsReceipt {
  /** As given by the SMS centre, one a part. */
  messageIds?: string[] | undefined;
  /** The ids by which a delivery receipt of each part comes; undefined if none was asked for. */
  receiptIds?: string[] | undefined;
  /** How many parts a long message was sent in. */
  parts?: number | undefined;
}

/** Sends short messages. */
export interface SmsGateway {
  readonly kind: "smpp" | "http" | "smtp" | "script";
  /** Milliseconds within which `send` ends, the wait in a queue included. */
  readonly longestMs: number;
  /**
   * Resolves when the message was accepted.
   *
   * @throws {MessagingError} one of {@link messagingErrorCodes}
   */
  send(message: ShortMessage): Promise<SmsReceipt>;
  /**
   * Connects, so that receipts of messages that were sent earlier come in. Without it, they come from the first message on. Only of gateways that
   * are configured for receipts.
   */
  listen?(): void;
  /** Waits for what is being sent, and ends the connections. */
  close(): Promise<void>;
}
