/** A value with numbered places, parsed. */
export interface Replacement {
  /** The highest number of a place, or -1 if there is none. */
  readonly highestPlace: number;
  /** The value with groups in their places. What a group contains is not expanded again. */
  fill(groups: readonly (string | undefined)[]): string;
}

/** A parsed replacement, or the brace that is neither part of a place nor escaped. */
export type ParsedReplacement =
  | { readonly replacement: Replacement }
  | { readonly replacement?: undefined; readonly wrong: string };

/** An escaped brace, a place, or an opening brace with what follows it. */
const places = /\\([{}])|\{(\d{1,4})\}|\{.{0,20}/gs;

/** Parses a value in which `{0}`, `{1}`, … are places of groups, and `\{` is a literal brace. */
export function parseReplacement(source: string): ParsedReplacement {
  const parts: (string | number)[] = [];
  let highestPlace = -1;
  let end = 0;
  for (const match of source.matchAll(places)) {
    const [whole, escaped, group] = match;
    if (escaped === undefined && group === undefined) return { wrong: whole };
    parts.push(source.slice(end, match.index), escaped ?? Number(group));
    if (group !== undefined) highestPlace = Math.max(highestPlace, Number(group));
    end = match.index + whole.length;
  }
  parts.push(source.slice(end));
  const fill = (groups: readonly (string | undefined)[]) =>
    parts.map((part) => (typeof part === "string" ? part : (groups[part] ?? ""))).join("");
  return { replacement: { highestPlace, fill } };
}
