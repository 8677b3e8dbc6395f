import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";

/** Number of bytes that are written at a time, which takes less than a millisecond. */
const sliceSize = 65_536;

/**
 * Returns a long body as a stream: writing a megabyte at a time would block the event loop for 10 ms, during which
 * other calls wait. Any other body is returned as it is.
 *
 * @param setLength Receives the length of a stream in bytes.
 */
export function inSlices(body: unknown, setLength: (length: number) => void): unknown {
  if (typeof body !== "string" || body.length <= sliceSize) return body;
  const bytes = Buffer.from(body);
  setLength(bytes.length);
  return Readable.from(slicesOf(bytes));
}

async function* slicesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += sliceSize) {
    yield bytes.subarray(start, start + sliceSize);
    await setImmediate();
  }
}
