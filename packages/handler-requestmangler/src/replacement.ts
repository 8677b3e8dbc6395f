/** A parsed value with numbered placeholders. */
export interface Replacement {
  /** The highest placeholder number, or -1 if there are no placeholders. */
  readonly highestPlace: number;
  /** Replaces the placeholders with groups. Placeholders within a group are not expanded. */
  fill(groups: readonly (string | undefined)[]): string;
}

/** A parsed replacement, or the brace that is neither part of a placeholder nor escaped. */
export type ParsedReplacement =
  | { readonly replacement: Replacement }
  | { readonly replacement?: undefined; readonly wrong: string };

/** Matches an escaped brace, a placeholder, or an opening brace with the following characters. */
const places = /\\([{}])|\{(\d{1,4})\}|\{.{0,20}/gs;

/** Parses a value in which `{0}`, `{1}`, … are placeholders for groups and `\{` is a literal brace. */
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
