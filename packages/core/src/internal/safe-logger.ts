import type { Logger } from "../contracts/logger.js";

/**
 * Returns a logger that never throws: an entry that cannot be logged is lost and does not affect the call. `current`
 * returns the logger to use; entries are discarded if it returns undefined. Secrets are removed from fields and
 * messages by `hideSecrets`.
 */
export function safeLogger(current: () => Logger | undefined, hideSecrets: <T>(value: T) => T): Logger {
  const attempt =
    (level: keyof Logger): Logger["info"] =>
    (fields, message) => {
      try {
        current()?.[level](hideSecrets(fields), hideSecrets(message));
      } catch {
        // there is nowhere to report a failing logger
      }
    };
  // frozen, since all actions receive the same logger
  return Object.freeze({
    debug: attempt("debug"),
    info: attempt("info"),
    warn: attempt("warn"),
    error: attempt("error"),
  });
}
