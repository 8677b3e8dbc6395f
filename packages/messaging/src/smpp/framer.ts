/** Minimum length of a PDU, which is its header alone, and the maximum that the `smpp` package accepts, in bytes. */
const minLength = 16;
const maxLength = 16_384;

/** Splits a stream of bytes into PDUs. */
export interface Framer {
  /**
   * Returns the PDUs that are complete now.
   *
   * @throws {RangeError} if a length is impossible, so that the rest of the stream cannot be read
   */
  push(chunk: Buffer): Iterable<Buffer>;
}

/** Creates a framer for one connection. */
export function createFramer(): Framer {
  let rest: Buffer = Buffer.alloc(0);
  return {
    *push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 4) {
        const length = rest.readUInt32BE(0);
        if (length < minLength || length > maxLength) throw new RangeError(`a PDU of ${length} bytes`);
        if (rest.length < length) return;
        const frame = rest.subarray(0, length);
        rest = rest.subarray(length);
        yield frame;
      }
    },
  };
}
