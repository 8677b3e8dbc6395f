/** Maximum milliseconds that work may block the event loop. */
const sliceMs = 5;

/**
 * Creates `pause`, with which long synchronous work yields to other work: call `await pause()` between the steps of the
 * work. `pause` returns undefined, which costs no turn of the event loop, until the work has taken 5 ms.
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
