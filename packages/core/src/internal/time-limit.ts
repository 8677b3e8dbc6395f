/** The maximum milliseconds of a Node.js timer; a longer one would end immediately. */
export const maxTimerMs = 2 ** 31 - 1;

/** Returns whether a value is a valid time limit: a number of milliseconds above 0 and at most `maxTimerMs`. */
export function isTimeLimit(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= maxTimerMs;
}

/** The values that `isTimeLimit` allows, in words. */
export const timeLimitAllowed = `a number of milliseconds above 0 and at most ${maxTimerMs}`;

/** Waits for any kind of promise; rejects with the error that `late` returns if it takes longer than `limitMs`. */
export function withTimeLimit<T>(value: PromiseLike<T>, limitMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), limitMs);
    Promise.resolve(value).then(
      (known) => {
        clearTimeout(timer);
        resolve(known);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
