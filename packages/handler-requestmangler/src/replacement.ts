/** A value with numbered places, parsed. */
export interface Replacement {
  readonly source: string;
  /** The value with groups in their places; undefined if a place has no group. What a group contains is not expanded again. */
  fill(groups: readonly string[]): string | undefined;
}

/** `{{0}}` is a literal `{0}`; any other brace is literal. */
const place = /\{\{(\d+)\}\}|\{(\d+)\}/g;

/** Parses a value in which `{0}`, `{1}`, … are places of groups. */
export function parseReplacement(source: string): Replacement {
  const parts: (string | number)[] = [];
  let end = 0;
  for (const match of source.matchAll(place)) {
    const [whole, literal, group] = match;
    parts.push(source.slice(end, match.index), literal === undefined ? Number(group) : `{${literal}}`);
    end = match.index + whole.length;
  }
  parts.push(source.slice(end));
  return {
    source,
    fill(groups) {
      let filled = "";
      for (const part of parts) {
        const value = typeof part === "string" ? part : groups[part];
        if (value === undefined) return undefined;
        filled += value;
      }
      return filled;
    },
  };
}
