/** Longest time that a test waits for something that must happen, in milliseconds. */
const patienceMs = 10_000;

/**
 * Resolves to the promise's value.
 *
 * @throws {Error} if it has not settled in time
 */
export async function inTime<T>(promise: PromiseLike<T> | T, what: string, timeoutMs: number = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for three turns of the event loop, after which Node.js has reported rejected promises that nobody handles. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
