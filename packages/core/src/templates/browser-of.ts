// core has few dependencies; this one is pure, has no dependencies, and is kept up to date, as a list of our own would not be
import bowser from "bowser";

/** UTF-16 code units of a header that are looked at: browsers name themselves within them. */
const maxLength = 500;

/** Name of the browser of a User-Agent header; the first product of a program that is not a browser, such as `curl`. */
export function browserOf(userAgent: string): string {
  const text = userAgent.slice(0, maxLength).trim();
  if (text === "") return "";
  return bowser.parse(text).browser.name || (/^[^/\s(]+/.exec(text)?.[0] ?? "");
}
