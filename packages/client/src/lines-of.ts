import { ClientError } from "./client-error.js";

/** Characters of a line: a rendered text has 262,144 at most, and a binding few of them. */
const maxLineLength = 16_777_216;

/** How lines are read. */
export interface LineOptions {
  /** Milliseconds that a line may take to come whole; 0: any time. */
  readonly timeoutMs: number;
  /** @default 16,777,216 */
  readonly maxLength?: number | undefined;
}

/**
 * The lines of a stream of strings, without empty ones; the last need not end with a line feed.
 *
 * @throws {ClientError} if a line is too long, or is not there in time
 */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  { timeoutMs, maxLength = maxLineLength }: LineOptions,
): AsyncGenerator<string, void, undefined> {
  // joined once: a line may come in many pieces
  let parts: string[] = [];
  let length = 0;
  let since = performance.now();
  const add = (part: string) => {
    length += part.length;
    if (length > maxLength) {
      throw new ClientError(0, 0, `The answer of the server has a line of more than ${maxLength} characters.`);
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
      // the time that the reader takes does not count for the server
      since = performance.now();
    }
    if (start < piece.length) add(piece.slice(start));
    if (length > 0 && timeoutMs > 0 && performance.now() - since > timeoutMs) {
      throw new ClientError(0, 0, `The answer of the server broke off: no whole line came for ${timeoutMs} ms.`);
    }
  }
  const last = take();
  if (last !== "") yield last;
}
