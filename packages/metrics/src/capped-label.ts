/** The label value of everything without separate series. */
export const otherLabel = "other";

/** Returns a label with a limited number of values: the first ones seen keep theirs, all others share `other`. */
export function cappedLabel(limit: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= limit) return otherLabel;
    known.add(value);
    return value;
  };
}
