/** The longest time that a timer of Node.js can wait, in milliseconds; a longer one ends at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** Whether a value is a time that can be waited for: a finite number of milliseconds above 0. */
export function isTimeLimit(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= maxTimerMs;
}

/** The values that `isTimeLimit` allows, in words. */
export const timeLimitAllowed = `a number of milliseconds above 0 and at most ${maxTimerMs}`;

/** Waits for a value of any kind of promise; rejects with the error that `late` makes if it takes longer. */
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
