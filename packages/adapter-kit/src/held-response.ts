import type { ServerResponse } from "node:http";
import { pipeline, Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { CallResponse } from "@bookend/core";
import { type Headers, headerChanges } from "./header-changes.js";
import { HeldWrites } from "./held-writes.js";
import {
  applyHeaders,
  forgetBody,
  forgetLength,
  type HeaderSnapshot,
  headersSince,
  restoreHeaders,
  snapshotHeaders,
} from "./response-headers.js";

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** A response of a Node.js server whose sending waits for post actions. */
export class HeldResponse {
  readonly #response: ServerResponse;
  readonly #before: HeaderSnapshot;
  readonly #statusBefore: number;
  #writes: HeldWrites | undefined;
  #answer: CallResponse | undefined;
  /** Headers that post actions can see. */
  #known: Headers = {};
  /** The JSON that the handler wrote. */
  #json: string | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#before = snapshotHeaders(response);
    this.#statusBefore = response.statusCode;
  }

  /**
   * Holds back everything that is written from now on. Resolves with the response once it is complete or its body
   * begins to stream.
   */
  async answer(): Promise<CallResponse> {
    this.#writes = new HeldWrites(this.#response);
    await this.#writes.begun;
    const response = this.#response;
    this.#known = headersSince(response, this.#before);
    this.#answer = { status: response.statusCode, headers: { ...this.#known }, body: this.#readBody(this.#writes) };
    return { ...this.#answer };
  }

  /** Whether the response is complete or has begun to stream. */
  get isAnswered(): boolean {
    return this.#answer !== undefined;
  }

  /** Discards the body that the handler wrote. */
  forgetAnswer(): void {
    this.#answer = undefined;
    forgetBody(this.#response);
  }

  /** Discards everything that the handler wrote. */
  discard(): void {
    this.#answer = undefined;
    this.#known = {};
    restoreHeaders(this.#response, this.#before);
    this.#response.statusCode = this.#statusBefore;
  }

  /**
   * Sends the response after post actions; the parts that they did not change are sent as the handler wrote them.
   *
   * @throws {TypeError} ERR_INVALID_HTTP_TOKEN, ERR_INVALID_CHAR
   */
  send({ status, headers = {}, body }: CallResponse): void {
    const response = this.#response;
    const changes = headerChanges(headers, this.#known);
    const isSame =
      this.#answer !== undefined &&
      this.#isSameBody(body) &&
      (status === response.statusCode || !withoutBody.has(status));
    if (status !== response.statusCode) {
      response.statusCode = status;
      response.statusMessage = "";
    }
    if (!isSame) forgetLength(response);
    applyHeaders(response, changes);
    if (!isSame) this.#replace(body);
    else this.#writes?.release();
  }

  #readBody(writes: HeldWrites): unknown {
    const whole = writes.whole();
    // actions see a body that is still being written as an empty stream; they can only keep or replace all of it
    if (whole === undefined) return Readable.from([]);
    if (whole.length === 0) return undefined;
    const type = String(this.#response.getHeader("content-type") ?? "");
    if (this.#response.hasHeader("content-encoding")) return whole;
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return /^text\//i.test(type) ? String(whole) : whole;
    this.#json = String(whole);
    try {
      return JSON.parse(this.#json);
    } catch {
      const text = this.#json;
      this.#json = undefined;
      return text;
    }
  }

  #isSameBody(body: unknown): boolean {
    if (this.#json === undefined) return body === this.#answer?.body;
    const written = JSON.stringify(body);
    return written === this.#json || written === JSON.stringify(JSON.parse(this.#json));
  }

  #replace(body: unknown): void {
    const response = this.#response;
    const writes = this.#writes ?? new HeldWrites(response);
    const isEmpty = withoutBody.has(response.statusCode);
    if (isEmpty) forgetBody(response);
    else if (isStream(body)) {
      pipeline(nodeStreamOf(body), writes.replacement(), (error) => error && response.destroy(error));
      return;
    }
    const bytes = isEmpty ? undefined : this.#bytesOf(body);
    if (bytes) response.setHeader("content-length", bytes.byteLength);
    writes.replace(response.req.method === "HEAD" ? undefined : bytes);
  }

  #bytesOf(body: unknown): Uint8Array | undefined {
    const response = this.#response;
    if (body === undefined) return undefined;
    if (body instanceof Uint8Array) return body;
    const isText = typeof body === "string";
    if (!response.hasHeader("content-type")) {
      response.setHeader("content-type", `${isText ? "text/plain" : "application/json"}; charset=utf-8`);
    }
    return Buffer.from(isText ? body : JSON.stringify(body));
  }
}

function isStream(body: unknown): body is Readable | ReadableStream {
  return body instanceof Readable || body instanceof ReadableStream;
}

function nodeStreamOf(body: Readable | ReadableStream): Readable {
  return body instanceof Readable ? body : Readable.fromWeb(body as NodeReadableStream);
}
