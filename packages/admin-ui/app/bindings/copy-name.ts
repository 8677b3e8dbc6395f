/** Longest name of a binding. */
const maxLength = 80;

/** A name for a copy that no binding has yet: `Mail (copy)`, `Mail (copy 2)`. */
export function copyName(name: string, taken: ReadonlySet<string>, word: string): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? ` (${word})` : ` (${word} ${number})`;
    const found = [...name].slice(0, maxLength - suffix.length).join("") + suffix;
    if (!taken.has(found)) return found;
  }
}
