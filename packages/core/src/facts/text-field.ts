/**
 * Returns a string; undefined if it is empty, and for a value of another type. A number or boolean in a JSON body
 * becomes the string that routes read.
 */
export function textField(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  return undefined;
}
