/** A turn that one has at a time. */
export interface Turns {
  /** Resolves when it is the caller's turn. */
  take(): Promise<void>;
  /** Whether it is the caller's turn: it is not if another has it, or waits for it. */
  takeNow(): boolean;
  /** Ends the turn. */
  give(): void;
}

/** Creates turns, which are given in the order in which they were asked for. */
export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let taken = false;
  return {
    take: () =>
      new Promise((resolve) => {
        if (taken) waiting.push(resolve);
        else {
          taken = true;
          resolve();
        }
      }),
    takeNow() {
      if (taken) return false;
      taken = true;
      return true;
    },
    give() {
      const next = waiting.shift();
      if (next) next();
      else taken = false;
    },
  };
}
