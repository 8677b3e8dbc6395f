/** Sends short messages. Those of `@bookend/messaging` are such. */
export interface SmsGateway {
  /** Resolves when the gateway took the message. The `code` of an error is audited, its message is not. */
  send(message: {
    readonly to: string;
    readonly text: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<unknown>;
}
