import bowser from "bowser";

/** What of a header is looked at: browsers name themselves within it. */
const longest = 500;

/** Name of the browser of a User-Agent header; of a program that is no browser its first product, e.g. `curl`. */
export function browserOf(userAgent: string): string {
  const text = userAgent.slice(0, longest).trim();
  if (text === "") return "";
  return bowser.parse(text).browser.name || (/^[^/\s]+/.exec(text)?.[0] ?? "");
}
