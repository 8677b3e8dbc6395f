/** Callers that wait for a value, such as a session, in order of arrival. */
export interface WaitingLine<T> {
  /** Waits for a value; rejects with the signal's reason if the signal aborts first. */
  join(signal: AbortSignal): Promise<T>;
  /** Passes the value to the first caller in line. Returns false if nobody waits. */
  serve(value: T): boolean;
  /** Rejects all waiting callers. */
  dismiss(error: Error): void;
}

interface Waiting<T> {
  serve(value: T): void;
  dismiss(error: unknown): void;
}

/** Creates a line. */
export function createWaitingLine<T>(): WaitingLine<T> {
  const line = new Set<Waiting<T>>();
  return {
    join(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const leave = () => {
          line.delete(waiting);
          signal.removeEventListener("abort", giveUp);
        };
        const waiting: Waiting<T> = {
          serve(value) {
            leave();
            resolve(value);
          },
          dismiss(error) {
            leave();
            reject(error);
          },
        };
        const giveUp = () => waiting.dismiss(signal.reason);
        signal.addEventListener("abort", giveUp, { once: true });
        line.add(waiting);
      });
    },
    serve(value) {
      const [first] = line;
      first?.serve(value);
      return first !== undefined;
    },
    dismiss(error) {
      for (const waiting of [...line]) waiting.dismiss(error);
    },
  };
}
