import type { Escape } from "@bookend/core";

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Escapes a value for a log line: line breaks, other control characters and characters that change the direction of
 * text are written as escapes (`\n`, `\u001b`), so that a value can neither start a new line nor control a terminal.
 */
export const escapeLog: Escape = (value) =>
  value.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
