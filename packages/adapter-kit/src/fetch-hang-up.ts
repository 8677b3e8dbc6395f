import type { OnHangUp } from "./until-abandoned.js";

/** Returns the function that registers a listener for the client of a WHATWG request hanging up. */
export function fetchHangUp({ signal }: Request): OnHangUp {
  return (listener) => {
    if (signal.aborted) listener();
    else signal.addEventListener("abort", listener, { once: true });
    return () => signal.removeEventListener("abort", listener);
  };
}
