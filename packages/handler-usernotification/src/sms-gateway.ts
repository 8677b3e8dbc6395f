/** Sends short messages. Those of `@bookend/messaging` are such. */
export interface SmsGateway {
  /** Milliseconds within which `send` ends by itself, including the wait in a queue. Default: a minute. */
  readonly longestMs?: number | undefined;
  /**
   * Resolves when the gateway accepted the message. The `code` and the `reason` of an error are audited, its message is not. With `receipt`, the
   * result may have `receiptIds`, a list of strings: the ids by which a delivery receipt of the message comes.
   */
  send(message: {
    readonly to: string;
    readonly text: string;
    readonly signal?: AbortSignal | undefined;
    readonly receipt?: boolean | undefined;
  }): Promise<unknown>;
}
