/** Maximum length of a name to compare: the cost grows with the product of both lengths. */
const maxLength = 100;

/**
 * Returns the first of `names` that begins with `name`, if `name` has at least 3 characters, and otherwise the most
 * similar of `names`. Letter case is ignored. Undefined if no name is similar.
 */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > maxLength) return undefined;
  const lower = name.toLowerCase();
  const longer = name.length < 3 ? undefined : names.find((candidate) => candidate.toLowerCase().startsWith(lower));
  if (longer !== undefined) return longer;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length * 0.4)) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const found = distance(lower, candidate.toLowerCase());
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best;
}

/**
 * Returns the smallest number of insertions, deletions and replacements of characters that turn one string into the
 * other.
 */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, wanted] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
