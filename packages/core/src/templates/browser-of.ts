// this library has no dependencies and is kept up to date, unlike a list of our own
import bowser from "bowser";

/** Number of UTF-16 code units of a header that are examined. The name of a browser is at the beginning. */
const maxLength = 500;

/**
 * Returns the browser name in a User-Agent header; for a program that is not a browser, its first product, such as
 * `curl`.
 */
export function browserOf(userAgent: string): string {
  const text = userAgent.slice(0, maxLength).trim();
  if (text === "") return "";
  return bowser.parse(text).browser.name || (/^[^/\s(]+/.exec(text)?.[0] ?? "");
}
