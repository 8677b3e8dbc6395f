import { ClientError } from "./client-error.js";

/** Maximum length of a line in characters: a rendered message has at most 262,144, and a binding has few messages. */
const maxLineLength = 16_777_216;

/** Options for reading lines. */
export interface LineOptions {
  /** Maximum milliseconds until a line is complete. 0: no limit. */
  readonly timeoutMs: number;
  /** @default 16,777,216 */
  readonly maxLength?: number | undefined;
}

/**
 * Yields the lines of a stream of strings, except empty ones. The last line need not end with a line feed.
 *
 * @throws {ClientError} if a line is too long, or does not arrive in time
 */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  { timeoutMs, maxLength = maxLineLength }: LineOptions,
): AsyncGenerator<string, void, undefined> {
  // joined only once, since a line may arrive in many pieces
  let parts: string[] = [];
  let length = 0;
  let since = performance.now();
  const add = (part: string) => {
    length += part.length;
    if (length > maxLength) {
      throw new ClientError(0, 0, `The server's response contains a line of more than ${maxLength} characters.`);
    }
    parts.push(part);
  };
  const take = () => {
    const line = parts.join("");
    parts = [];
    length = 0;
    return line;
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf("\n"); end !== -1; end = piece.indexOf("\n", start)) {
      add(piece.slice(start, end));
      start = end + 1;
      const line = take();
      if (line !== "") yield line;
      // not including the time that the reader takes
      since = performance.now();
    }
    if (start < piece.length) add(piece.slice(start));
    if (length > 0 && timeoutMs > 0 && performance.now() - since > timeoutMs) {
      throw new ClientError(
        0,
        0,
        `The server's response was incomplete: no complete line arrived for ${timeoutMs} ms.`,
      );
    }
  }
  const last = take();
  if (last !== "") yield last;
}
