/** Returns the milliseconds of processor time, so that other work of the machine is not counted. */
const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Returns the longest time for which other work had no turn of the event loop while something ran, and how long that
 * ran, in milliseconds of processor time.
 */
export async function longestGap(
  run: () => Promise<unknown>,
): Promise<{ readonly gap: number; readonly took: number }> {
  let gap = 0;
  let last = spent();
  let running = true;
  const note = () => {
    const now = spent();
    gap = Math.max(gap, now - last);
    last = now;
  };
  const turn = () => {
    note();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  const began = spent();
  await run();
  running = false;
  note();
  return { gap, took: spent() - began };
}
