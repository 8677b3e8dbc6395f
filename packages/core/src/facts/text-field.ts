/** A string that is there and not empty. A number or boolean of a JSON body is the string that a route reads it as. */
export function textField(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  return undefined;
}
