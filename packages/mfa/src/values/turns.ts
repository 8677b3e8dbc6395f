import { setImmediate as nextTurn } from "node:timers/promises";

/** Items of work after which other requests have their turn of the event loop. */
const itemsPerTurn = 10;

/** Calls `visit` for each item, one after another, and lets other requests have their turn every 10 items. */
export async function eachInTurn<T>(items: Iterable<T>, visit: (item: T) => unknown): Promise<void> {
  let count = 0;
  for (const item of items) {
    await visit(item);
    count += 1;
    if (count % itemsPerTurn === 0) await nextTurn();
  }
}
