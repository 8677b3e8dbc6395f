/** The meaning of each {@link HttpClientError} code. */
export const httpClientErrorCodes = {
  INVALID_CONFIG: "The client was created with an invalid option.",
  INVALID_URL: "Not an absolute http or https URL, or one that contains a user or a password.",
  INVALID_REQUEST: "A method, header or body that cannot be sent.",
  ADDRESS_REFUSED: "The address guard refused every address of the host. Nothing was sent.",
  NAME_NOT_RESOLVED: "The host's name has no address. Nothing was sent.",
  CONNECT_FAILED: "A connection to the host could not be established. Nothing was sent.",
  TLS_FAILED: "The TLS handshake failed, or the certificate was not accepted. Nothing was sent.",
  PROXY_FAILED: "The proxy refused or closed the connection.",
  CONNECTION_LOST: "The connection ended before the response was complete. Whether the host acted is unknown.",
  TIMEOUT: "The exchange took longer than allowed. Whether the host acted is unknown.",
  RESPONSE_TOO_LARGE: "The response is larger than allowed.",
  INVALID_RESPONSE: "The response is not HTTP, or not the requested JSON.",
  ABORTED: "The caller's signal aborted the request.",
  CLOSED: "The client is closed.",
} as const;

/** The codes of {@link HttpClientError}. */
export type HttpClientErrorCode = keyof typeof httpClientErrorCodes;

/**
 * An error of the HTTP client. Its message names the host, but never contains the path, the query, the value of a
 * header or the body, since these may contain secrets.
 */
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
