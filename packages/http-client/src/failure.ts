import { HttpClientError, type HttpClientErrorCode } from "./errors.js";

/** Codes of undici, of Node.js (`HPE_` is its HTTP parser) and of OpenSSL, with their meaning for this client. */
const meanings: readonly [RegExp, HttpClientErrorCode, string][] = [
  [
    /^UND_ERR_(INVALID_ARG|REQ_CONTENT_LENGTH_MISMATCH|NOT_SUPPORTED)$/,
    "INVALID_REQUEST",
    "the request cannot be sent",
  ],
  [/^UND_ERR_(CLOSED|DESTROYED)$/, "CLOSED", "the client is closed"],
  [
    /^(HTTPParserError$|HPE_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_)/,
    "INVALID_RESPONSE",
    "the response is not valid HTTP",
  ],
  [/^UND_ERR_CONNECT_TIMEOUT$/, "TIMEOUT", "no connection in time"],
  [/^(ERR_TLS_|ERR_SSL_|UND_ERR_PRX_TLS$|CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_)/, "TLS_FAILED", "TLS failed"],
];

/** Converts a failure of undici or of Node.js into an error of this client. */
export function asHttpClientError(error: unknown, host: string, proxied: boolean): HttpClientError {
  if (error instanceof HttpClientError) return error;
  const cause = error as NodeJS.ErrnoException;
  const reason = cause.code ?? cause.name;
  for (const [pattern, code, meaning] of meanings) {
    if (!pattern.test(reason)) continue;
    const detail = code === "INVALID_REQUEST" ? cause.message : reason;
    // the parser's error contains the data that it read
    const options = code === "INVALID_RESPONSE" ? {} : { cause };
    return new HttpClientError(code, `${host}: ${meaning}: ${detail}.`, options);
  }
  // undici reports a refused CONNECT as an abort; nothing else aborts our requests
  if (proxied && /^(UND_ERR_ABORTED|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(reason)) {
    return new HttpClientError("PROXY_FAILED", `${host}: the proxy did not connect: ${reason}.`, { cause });
  }
  return new HttpClientError("CONNECTION_LOST", `${host}: the connection ended before the response: ${reason}.`, {
    cause,
  });
}
