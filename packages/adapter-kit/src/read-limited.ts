import { problemMessage } from "@bookend/core";
import { AdapterError } from "./errors.js";

/** All bytes of a stream; if the stream is longer than the limit, no bytes, but the stream itself. */
export interface LimitedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The whole stream from its beginning; undefined if all of it was read. */
  readonly stream: ReadableStream<Uint8Array> | undefined;
}

/** Reads a stream up to a limit of bytes. */
export async function readLimited(stream: ReadableStream<Uint8Array>, limit: number): Promise<LimitedBytes> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joinedBytes(chunks, length), stream: undefined };
    chunks.push(value);
    length += value.byteLength;
  }
  return { bytes: new Uint8Array(), stream: continued(chunks, reader) };
}

/**
 * Reads the body of a request, of at most `limit` bytes.
 *
 * @throws {AdapterError} BODY_TOO_LARGE
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  // a copy, since the handler reads the request itself
  const { body } = request.clone();
  if (!body) return new Uint8Array();
  const { bytes, stream } = await readLimited(body, limit);
  if (!stream) return bytes;
  stream.cancel().catch(() => undefined);
  throw tooLarge(limit);
}

function tooLarge(limit: number): AdapterError {
  return new AdapterError("BODY_TOO_LARGE", problemMessage("is too long", `${limit} bytes`, "body"), 413);
}

function joinedBytes(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function continued(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const read = chunks.values();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = read.next();
        const { done, value } = next.done ? await reader.read() : { done: false, value: next.value };
        if (done) controller.close();
        else if (value) controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
