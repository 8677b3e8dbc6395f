import type { OnHangUp } from "./until-abandoned.js";

/** The parts of a Node.js response that show whether its connection has ended. */
export interface ClosingResponse {
  readonly closed: boolean;
  readonly destroyed: boolean;
  once(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

/** Calls a listener when the client hangs up before its response is sent. */
export function nodeHangUp(response: ClosingResponse): OnHangUp {
  return (listener) => {
    if (response.closed || response.destroyed) listener();
    else response.once("close", listener);
    return () => void response.off("close", listener);
  };
}
