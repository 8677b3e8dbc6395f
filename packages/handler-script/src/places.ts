/** A place among the scripts that run. */
export interface Place {
  /** Resolves when the place is free; absent if it is free now. */
  readonly turn?: Promise<void> | undefined;
  /** Gives it to the next one, or leaves the queue; to be called once. */
  leave(): void;
}

/** Limits how many scripts run at once. */
export interface Places {
  /** Takes a place, or the end of the queue; undefined if that is full. */
  enter(): Place | undefined;
}

/** Makes so many places and a queue; who came first is served first. */
export function createPlaces(count: number, maxWaiting: number): Places {
  const waiting = new Set<() => void>();
  let free = count;
  const leave = () => {
    const [next] = waiting;
    if (!next) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  };
  return {
    enter() {
      if (free > 0) {
        free -= 1;
        return { leave };
      }
      if (waiting.size >= maxWaiting) return undefined;
      let serve = () => {};
      const turn = new Promise<void>((resolve) => {
        serve = resolve;
      });
      waiting.add(serve);
      return {
        turn,
        leave() {
          // one that was served meanwhile has a place to give away
          if (!waiting.delete(serve)) leave();
        },
      };
    },
  };
}
