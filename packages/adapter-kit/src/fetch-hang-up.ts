import type { OnHangUp } from "./until-abandoned.js";

/** Calls a listener when the client of a WHATWG request hangs up. */
export function fetchHangUp({ signal }: Request): OnHangUp {
  return (listener) => {
    if (signal.aborted) listener();
    else signal.addEventListener("abort", listener, { once: true });
    return () => signal.removeEventListener("abort", listener);
  };
}
