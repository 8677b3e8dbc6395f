import { AdapterError } from "./errors.js";

/**
 * Calls `listener` once when the client hangs up, immediately if the client already has. Returns a function that
 * removes the listener.
 */
export type OnHangUp = (listener: () => void) => () => void;

/**
 * Waits for the response of a handler, but only for a limited time after its client has hung up: a handler that notices
 * the hang-up may never respond.
 *
 * @throws {AdapterError} CALL_ABANDONED
 */
export function untilAbandoned<T>(answer: Promise<T>, onHangUp: OnHangUp, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onHangUp(() => {
      timer ??= setTimeout(() => {
        const message = `The client hung up, and the handler did not respond within ${timeoutMs} ms.`;
        reject(new AdapterError("CALL_ABANDONED", message, 499));
      }, timeoutMs);
    });
    const settled = () => {
      clearTimeout(timer);
      stop();
    };
    answer.then(resolve, reject).then(settled, settled);
  });
}
