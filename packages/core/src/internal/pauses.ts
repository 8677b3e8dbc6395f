/** Maximum milliseconds that work may block the event loop. */
const sliceMs = 5;

/**
 * Lets long synchronous work yield to other work: call `await pause()` between its steps. Returns undefined, which
 * costs no turn of the event loop, until the work has used up its share.
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
