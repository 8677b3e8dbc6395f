/** Lets one caller or a few at a time use a resource, in the order in which they came. */
export interface TurnQueue {
  /**
   * Resolves when it is the caller's turn; rejects with the result of `late` if the wait exceeds the queue's patience.
   */
  take(): Promise<void>;
  /** Takes a turn if one is available immediately: `false` if all places are taken, or the queue is closed. */
  takeNow(): boolean;
  /** Ends a turn and begins the next. */
  give(): void;
  /** Refuses waiting and new callers; resolves when every turn has ended, or after the queue's patience. */
  close(): Promise<void>;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: Error) => void;
  /** Whether the caller gave up. */
  gone: boolean;
}

/**
 * Returns a queue that wakes only the next caller, so that n waiting callers cost n steps, not n².
 *
 * @param refusals The errors for callers who do not get a turn in time, or because the queue is closed.
 * @param places Maximum number of callers that can have a turn at the same time.
 */
export function turnQueue(
  patienceMs: number,
  { late, closed }: { readonly late: () => Error; readonly closed: () => Error },
  places = 1,
): TurnQueue {
  let waiting: Waiting[] = [];
  /** Callers before this index had their turn. */
  let next = 0;
  let taken = 0;
  let isClosed = false;
  let ended: (() => void) | undefined;
  const takeNow = () => {
    if (isClosed || taken >= places) return false;
    taken += 1;
    return true;
  };
  return {
    takeNow,
    take() {
      if (isClosed) return Promise.reject(closed());
      if (takeNow()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          entry.gone = true;
          reject(late());
        }, patienceMs);
        const entry: Waiting = {
          begin() {
            clearTimeout(timer);
            resolve();
          },
          refuse(error) {
            clearTimeout(timer);
            reject(error);
          },
          gone: false,
        };
        waiting.push(entry);
      });
    },
    give() {
      while (next < waiting.length) {
        const entry = waiting[next++];
        if (next > 1_000 && next * 2 > waiting.length) {
          waiting = waiting.slice(next);
          next = 0;
        }
        if (entry && !entry.gone) {
          entry.begin();
          return;
        }
      }
      waiting = [];
      next = 0;
      taken -= 1;
      if (taken === 0) ended?.();
    },
    close() {
      isClosed = true;
      for (const entry of waiting.slice(next)) if (!entry.gone) entry.refuse(closed());
      waiting = [];
      next = 0;
      if (taken === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, patienceMs);
        ended = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
