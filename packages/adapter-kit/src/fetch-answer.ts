import type { CallResponse } from "@bookend/core";
import { headerChanges } from "./header-changes.js";
import { readLimited } from "./read-limited.js";
import {
  applyHeaders,
  forgetBody,
  forgetLength,
  type HeaderSnapshot,
  type HeaderStore,
  headersSince,
} from "./response-headers.js";

/** The response of a handler to a WHATWG request, before it is sent. */
export interface FetchAnswer {
  /**
   * The response that post actions see. A JSON body is parsed (bytes if it is not valid JSON, a stream if it is longer
   * than 8 MiB); any other body is a stream.
   */
  readonly response: CallResponse;
  /**
   * Returns the response after post actions. The parts that they did not change are the handler's, including streams
   * and cookies.
   *
   * @throws {TypeError} ERR_INVALID_HTTP_TOKEN, ERR_INVALID_CHAR
   */
  send(left: CallResponse): Response;
  /** Ends a stream that will not be sent. */
  discard(): void;
}

/**
 * Maximum size of a JSON response that conditions and post actions can read, in bytes; they see a larger one as a
 * stream.
 */
const jsonLimit = 8 * 1024 * 1024;

const withoutBody: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** Returns the headers of a WHATWG response in the form that adapters compare: several cookies are a list. */
export function fetchHeaders(headers: Headers): HeaderStore {
  return {
    getHeaders() {
      const cookies = headers.getSetCookie();
      const all: Record<string, string | readonly string[]> = Object.fromEntries(headers);
      return cookies.length > 1 ? { ...all, "set-cookie": cookies } : all;
    },
    setHeader(name, value) {
      // an action's cookie joins those of the handler
      if (name === "set-cookie") for (const cookie of [value].flat()) headers.append(name, String(cookie));
      else headers.set(name, String(value));
    },
    removeHeader: (name) => headers.delete(name),
  };
}

/**
 * Reads the response of a handler.
 *
 * @param outer Headers that are not the handler's, which post actions do not see.
 */
export async function readFetchAnswer(response: Response, outer: HeaderSnapshot = {}): Promise<FetchAnswer> {
  // `body` is read before the headers: the Response of @hono/node-server sets its content type only when `body` is read
  const { body: stream } = response;
  const { status } = response;
  const headers = headersSince(fetchHeaders(response.headers), outer);
  const known = { ...headers };
  const read = stream && isJson(response) ? await readJson(stream) : undefined;
  const original = read ? read.source : stream;
  const body = read ? read.body : (stream ?? undefined);
  const isChanged = (left: unknown) => (read?.text === undefined ? left !== body : !isSameJson(read.text, left));
  const discard = () => {
    if (original instanceof ReadableStream && !original.locked) original.cancel().catch(() => undefined);
  };
  return {
    response: { status, headers, body },
    discard,
    send(left) {
      const changes = headerChanges(left.headers ?? {}, known);
      const changed = isChanged(left.body);
      const isSame = !changed && left.status === status && changes.remove.length === 0 && changes.set.size === 0;
      if (isSame && !read) return response;
      if (changed) discard();
      const sent = new Headers(response.headers);
      if (changed) forgetLength(fetchHeaders(sent));
      applyHeaders(fetchHeaders(sent), changes);
      const statusText = left.status === status ? response.statusText : "";
      return respond(left.status, statusText, sent, changed ? left.body : original);
    },
  };
}

/**
 * Creates a response that contains nothing from the handler, for a call that was refused, failed or aborted.
 *
 * @param outer Headers that are not the handler's.
 */
export function toFetchResponse({ status, headers = {}, body }: CallResponse, outer: HeaderSnapshot = {}): Response {
  const sent = new Headers();
  const store = fetchHeaders(sent);
  for (const [name, value] of Object.entries(outer)) if (value !== undefined) store.setHeader(name, value);
  applyHeaders(store, headerChanges(headers, {}));
  return respond(status, "", sent, body);
}

function respond(status: number, statusText: string, headers: Headers, body: unknown): Response {
  if (withoutBody.has(status)) {
    forgetBody(fetchHeaders(headers));
    return new Response(null, { status, statusText, headers });
  }
  return new Response(bodyInit(body, headers), { status, statusText, headers });
}

function bodyInit(body: unknown, headers: Headers): ConstructorParameters<typeof Response>[0] {
  if (body === undefined) return null;
  if (body instanceof ReadableStream || body instanceof ArrayBuffer) return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength);
  if (typeof body === "string") {
    if (!headers.has("content-type")) headers.set("content-type", "text/plain; charset=utf-8");
    return body;
  }
  if (isIterable(body)) return streamOf(body);
  if (!headers.has("content-type")) headers.set("content-type", "application/json; charset=utf-8");
  return JSON.stringify(body);
}

function isIterable(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function streamOf(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

interface ReadJson {
  readonly body: unknown;
  /** The body that is sent if no action changes it. */
  readonly source: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  /** The JSON; undefined for a body that is too long or is not JSON. */
  readonly text?: string;
}

async function readJson(stream: ReadableStream<Uint8Array>): Promise<ReadJson> {
  const { bytes, stream: rest } = await readLimited(stream, jsonLimit);
  if (rest) return { body: rest, source: rest };
  const text = new TextDecoder().decode(bytes);
  try {
    return { body: JSON.parse(text), source: bytes, text };
  } catch {
    return { body: bytes, source: bytes };
  }
}

function isJson({ headers }: Response): boolean {
  // compressed bytes are not JSON
  return (
    /^application\/(?:[\w.-]+\+)?json\b/i.test(headers.get("content-type") ?? "") && !headers.has("content-encoding")
  );
}

/** Returns whether a body is the same JSON that a handler sent, apart from white space. */
function isSameJson(text: string, body: unknown): boolean {
  const written = JSON.stringify(body);
  return written === text || written === JSON.stringify(JSON.parse(text));
}
