/** Returns the number of turns of the event loop that begin while something runs. */
export async function turnsDuring(run: () => unknown): Promise<number> {
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  await run();
  clearImmediate(next);
  return turns;
}
