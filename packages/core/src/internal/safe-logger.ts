import type { Logger } from "../contracts/logger.js";

/**
 * A logger that never throws: what cannot be logged is lost, and breaks no call. `current` says where to; undefined is nowhere.
 * Fields and messages go through `hideSecrets`.
 */
export function safeLogger(current: () => Logger | undefined, hideSecrets: <T>(value: T) => T): Logger {
  const attempt =
    (level: keyof Logger): Logger["info"] =>
    (fields, message) => {
      try {
        current()?.[level](hideSecrets(fields), hideSecrets(message));
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
