/** A short message. */
export interface ShortMessage {
  /** Phone number as people write it, such as `+49 (0) 151 123-4567`. */
  to: string;
  text: string;
  /**
   * Requests a delivery receipt if the gateway is configured for receipts. The receipt will have the ids in
   * `receiptIds` of the result.
   */
  receipt?: boolean | undefined;
  /** Aborts the sending. */
  signal?: AbortSignal | undefined;
}

/** The result of a short message. */
export interface SmsReceipt {
  /** The ids that the SMS center assigned, one per part; from an smtp gateway, the Message-ID of the mail. */
  messageIds?: string[] | undefined;
  /** The ids that the delivery receipts of the parts will have; undefined if no receipt was requested. */
  receiptIds?: string[] | undefined;
  /** The number of parts in which an smpp gateway sent the message; more than 1 for a long message. */
  parts?: number | undefined;
}

/** Sends short messages. */
export interface SmsGateway {
  readonly kind: "smpp" | "http" | "smtp" | "script";
  /** Milliseconds within which `send` ends, including the wait in a queue. */
  readonly longestMs: number;
  /**
   * Resolves when the message was accepted.
   *
   * @throws {MessagingError} one of {@link messagingErrorCodes}
   */
  send(message: ShortMessage): Promise<SmsReceipt>;
  /**
   * Connects, so that receipts for earlier messages can arrive. Otherwise, they arrive only after the first message has
   * been sent. Present only on gateways that are configured for receipts.
   */
  listen?(): void;
  /** Waits for messages that are being sent, and ends the connections. */
  close(): Promise<void>;
}
