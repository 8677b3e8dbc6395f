import type { Logger } from "../contracts/logger.js";

/** A logger that never throws: what cannot be logged is lost, and breaks no call. `current` says where to; undefined is nowhere. */
export function safeLogger(current: () => Logger | undefined): Logger {
  const attempt =
    (level: keyof Logger): Logger["info"] =>
    (fields, message) => {
      try {
        current()?.[level](fields, message);
      } catch {
        // there is nowhere to say so
      }
    };
  // all actions are given the same one
  return Object.freeze({
    debug: attempt("debug"),
    info: attempt("info"),
    warn: attempt("warn"),
    error: attempt("error"),
  });
}
