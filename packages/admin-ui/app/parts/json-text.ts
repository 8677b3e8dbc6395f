/** Reads the JSON of an object that the user typed; undefined if it is empty. @throws {Error} if it is not an object */
export function readObject(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("{}");
  return value as Record<string, unknown>;
}
