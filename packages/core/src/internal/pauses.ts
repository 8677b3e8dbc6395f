/** Milliseconds that work may block the event loop. */
const sliceMs = 8;

/**
 * Makes long synchronous work let others run: `await pause()` between its steps.
 * Returns undefined, which costs no turn of the event loop, until the work has kept it for its share.
 */
export function createPauses(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}
