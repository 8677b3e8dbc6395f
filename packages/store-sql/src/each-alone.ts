import { isOfEveryWrite, isTimeoutOfWrite } from "./errors.js";

/**
 * Writes items one by one that could not be written together, so that one that cannot be written does not affect the
 * others. Ends early if the database is unavailable, since each further write would only wait for it, and if two writes
 * in a row take too long: the database is then overloaded, and it is not a single write that waits for a lock.
 *
 * @param write Writes an item, and resolves to the error if that failed.
 * @returns The items that were not tried, and the error that ended the attempt.
 */
export async function eachAlone<Item>(
  items: readonly Item[],
  write: (item: Item) => Promise<unknown>,
): Promise<{ readonly untried: readonly Item[]; readonly error: unknown }> {
  let late = 0;
  for (const [index, item] of items.entries()) {
    const error = await write(item);
    late = isTimeoutOfWrite(error) ? late + 1 : 0;
    if (late === 2 || isOfEveryWrite(error)) return { untried: items.slice(index + 1), error };
  }
  return { untried: [], error: undefined };
}
