import type { OnHangUp } from "./until-abandoned.js";

/** The parts of a Node.js response that show whether its connection has ended. */
export interface ClosingResponse {
  readonly closed: boolean;
  readonly destroyed: boolean;
  once(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

/**
 * Returns the function that registers a listener for the end of a response's connection, such as the client hanging up.
 */
export function nodeHangUp(response: ClosingResponse): OnHangUp {
  return (listener) => {
    if (response.closed || response.destroyed) listener();
    else response.once("close", listener);
    return () => void response.off("close", listener);
  };
}
