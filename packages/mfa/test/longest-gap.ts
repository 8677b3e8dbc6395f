/** The longest time for which other work had no turn of the event loop while something ran, and how long that took, in milliseconds. */
export async function longestGap(run: () => Promise<unknown>): Promise<{ readonly gap: number; readonly took: number }> {
  let gap = 0;
  let last = performance.now();
  let running = true;
  const turn = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  const began = performance.now();
  await run();
  const took = performance.now() - began;
  running = false;
  gap = Math.max(gap, performance.now() - last);
  return { gap, took };
}
