/** Sends short messages. The gateways of `@bookend/messaging` implement this interface. */
export interface SmsGateway {
  /** Milliseconds after which `send` gives up, including the wait in a queue. @default 60,000 */
  readonly longestMs?: number | undefined;
  /**
   * Resolves when the gateway has accepted the message. The `code` and the `reason` of an error are audited; its
   * message is not. With `receipt`, the result may have `receiptIds`, a list of strings: the ids under which delivery
   * receipts for the message will arrive.
   */
  send(message: {
    readonly to: string;
    readonly text: string;
    readonly signal?: AbortSignal | undefined;
    readonly receipt?: boolean | undefined;
  }): Promise<unknown>;
}
