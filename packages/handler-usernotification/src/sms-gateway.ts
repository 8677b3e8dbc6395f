/** Sends short messages. Those of `@bookend/messaging` are such. */
export interface SmsGateway {
  /** Milliseconds within which `send` ends by itself, the wait in a queue included. Default: a minute. */
  readonly longestMs?: number | undefined;
  /** Resolves when the gateway accepted the message. The `code` and the `reason` of an error are audited, its message is not. */
  send(message: {
    readonly to: string;
    readonly text: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<unknown>;
}
