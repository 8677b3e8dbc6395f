/** Rows of one statement: each has a dozen parameters, and databases cap those of a statement. */
const chunkSize = 100;

/** A list in pieces of which each fits into one statement. */
export function* inChunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += chunkSize) yield list.slice(start, start + chunkSize);
}
