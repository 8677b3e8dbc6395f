/**
 * Returns a string that both databases store unchanged: a caller's input must not prevent its row, and those written
 * with it, from being stored in the audit log. NUL characters and unpaired surrogates become U+FFFD; a string longer
 * than `limit` UTF-16 units is truncated and ends in "…".
 */
export function cleanText(text: string, limit: number): string {
  // returns nearly every string without the regular expression
  if (text.length <= limit && text.isWellFormed() && !text.includes("\0")) return text;
  const kept = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return kept.replace(/[\0\p{Surrogate}]/gu, "\uFFFD");
}
