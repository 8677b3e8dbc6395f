/** Returns a string, number or boolean as a tag inserts it; undefined for anything else. */
export function scalar(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
