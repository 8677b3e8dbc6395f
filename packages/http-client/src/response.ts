import type { Dispatcher } from "undici";
import { HttpClientError } from "./errors.js";

/** A complete response. Redirects are treated like any other response. */
export interface HttpResponse {
  status: number;
  /** Headers by lower-case name. A repeated header is an array. */
  headers: Readonly<Record<string, string | string[]>>;
  /** The body as sent. Content encodings are neither requested nor decoded. */
  body: Buffer;
  /** Returns the body as UTF-8. */
  text(): string;
  /**
   * Parses the body as JSON.
   *
   * @throws {HttpClientError} INVALID_RESPONSE
   */
  json(): unknown;
}

/**
 * Reads the body up to the limit; if it is longer, the connection is closed.
 *
 * @throws {HttpClientError} RESPONSE_TOO_LARGE
 */
export async function readResponse(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  host: string,
  maxBytes: number,
): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new HttpClientError("RESPONSE_TOO_LARGE", `${host}: the response is larger than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return responseOf({ statusCode, headers }, Buffer.concat(chunks, size), host);
}

/**
 * Limits in bytes and milliseconds for discarding an unneeded body. Within them, the connection is kept for the next
 * request.
 */
const droppedBytes = 65_536;
const droppedMs = 1_000;

/** Returns the response without its body, which is discarded. If the body is long or slow, the connection is closed. */
export function dropBody({ statusCode, headers, body }: Dispatcher.ResponseData): HttpResponse {
  body.dump({ limit: droppedBytes, signal: AbortSignal.timeout(droppedMs) }).catch(() => undefined);
  return responseOf({ statusCode, headers }, Buffer.alloc(0), "");
}

function responseOf(
  { statusCode, headers }: Pick<Dispatcher.ResponseData, "statusCode" | "headers">,
  body: Buffer,
  host: string,
): HttpResponse {
  return {
    status: statusCode,
    headers: headers as Record<string, string | string[]>,
    body,
    text: () => body.toString("utf8"),
    json: () => parseJson(body, host),
  };
}

function parseJson(body: Buffer, host: string): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    // the parser's message quotes the body, which may contain a secret
    throw new HttpClientError("INVALID_RESPONSE", `${host}: the response is not JSON.`);
  }
}
