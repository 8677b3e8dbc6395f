import type { OnHangUp } from "./until-abandoned.js";

/** Calls a listener when the client of a WHATWG request hangs up. */
export function fetchHangUp({ signal }: Request): OnHangUp {
  return (told) => {
    if (signal.aborted) told();
    else signal.addEventListener("abort", told, { once: true });
    return () => signal.removeEventListener("abort", told);
  };
}
