import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/** Maximum length of a search pattern, and maximum number of `*` in it. */
const maxLength = 100;
const maxWildcards = 5;

/**
 * Compiles a pattern in which `*` matches any string, ignoring letter case. Matching takes linear time.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export function wildcard(pattern: string): (text: string) => boolean {
  checkPattern(pattern);
  const parts = pattern.toLowerCase().split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const between = parts.slice(1, -1);
  if (parts.length === 1) return (text) => text.toLowerCase() === first;
  return (text) => {
    const lower = text.toLowerCase();
    if (lower.length < first.length + last.length || !lower.startsWith(first) || !lower.endsWith(last)) return false;
    const end = lower.length - last.length;
    let at = first.length;
    for (const part of between) {
      const found = lower.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/**
 * Converts a pattern for SQL's `like … escape '\'`.
 *
 * @throws {MfaError} PARAMETER_INVALID for a pattern that is too long or has too many wildcards
 */
export function likePattern(pattern: string): string {
  checkPattern(pattern);
  // several consecutive wildcards are equivalent to one
  return pattern.replace(/[\\%_]/g, "\\$&").replace(/\*+/g, "%");
}

function checkPattern(pattern: string): void {
  const wildcards = pattern.split("*").length - 1;
  if (pattern.length <= maxLength && wildcards <= maxWildcards) return;
  throw parameterError(
    problemMessage(
      `A search pattern has ${pattern.length} characters and ${wildcards} wildcards`,
      `up to ${maxLength} characters and ${maxWildcards} wildcards`,
    ),
  );
}
