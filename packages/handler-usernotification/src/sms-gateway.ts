/** Sends short messages. Those of `@bookend/messaging` are such. */
export interface SmsGateway {
  /** Resolves when the gateway took the message. */
  send(message: {
    readonly to: string;
    readonly text: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<unknown>;
}
