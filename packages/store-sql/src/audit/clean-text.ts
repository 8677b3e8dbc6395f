/**
 * Text that both databases keep as it is: what a caller sends must not keep the row, and those written with it, out of the audit log.
 * NUL characters and halves of surrogate pairs become U+FFFD; what is longer than `limit` UTF-16 units ends in "…".
 */
export function cleanText(text: string, limit: number): string {
  const kept = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return kept.replace(/[\0\p{Surrogate}]/gu, "\uFFFD");
}
