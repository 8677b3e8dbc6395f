/** The meaning of each {@link HttpClientError} code. */
export const httpClientErrorCodes = {
  INVALID_CONFIG: "The client was created with an option that it does not take.",
  INVALID_URL: "Not an absolute http or https URL, or one with a user or a password in it.",
  INVALID_REQUEST: "A method, header or body that cannot be sent.",
  ADDRESS_REFUSED: "Every address of the host is refused by the address guard. Nothing was sent.",
  NAME_NOT_RESOLVED: "The host's name has no address. Nothing was sent.",
  CONNECT_FAILED: "No connection to the host. Nothing was sent.",
  TLS_FAILED: "The TLS handshake failed, or the certificate was not accepted. Nothing was sent.",
  PROXY_FAILED: "The proxy refused or broke the connection.",
  CONNECTION_LOST: "The connection ended before the answer was complete. Whether the host acted is unknown.",
  TIMEOUT: "The exchange took longer than allowed. Whether the host acted is unknown.",
  RESPONSE_TOO_LARGE: "The answer is larger than allowed.",
  INVALID_RESPONSE: "The answer is not HTTP, or not the JSON that was asked for.",
  ABORTED: "The caller's signal aborted the request.",
  CLOSED: "The client is closed.",
} as const;

/** The codes of {@link HttpClientError}. */
export type HttpClientErrorCode = keyof typeof httpClientErrorCodes;

/** An error of the HTTP client. Its message names the host at most: paths, queries and headers may hold secrets. */
export class HttpClientError extends Error {
  override readonly name = "HttpClientError";

  constructor(
    readonly code: HttpClientErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
