import type { TagDescription } from "../api/describe.ts";

/** Finds unknown tags in a template, with their positions. `\{` is a brace, `{now:…}` has a format. */
export function unknownTags(
  text: string,
  tags: readonly TagDescription[],
): readonly { readonly from: number; readonly to: number; readonly name: string }[] {
  const names = new Set(tags.filter(({ path }) => !path).map(({ name }) => name));
  const prefixes = tags.filter(({ path }) => path).map(({ name }) => (name.endsWith(".") ? name : `${name}.`));
  const found: { from: number; to: number; name: string }[] = [];
  for (const match of text.matchAll(/(\\*)\{([A-Za-z_][\w.]*)(?::[^{}]*)?\}/g)) {
    const [whole, backslashes = "", name = ""] = match;
    if (backslashes.length % 2 === 1) continue;
    if (names.has(name) || prefixes.some((prefix) => name.startsWith(prefix) && name.length > prefix.length)) continue;
    found.push({ from: match.index + backslashes.length, to: match.index + whole.length, name });
  }
  return found;
}
