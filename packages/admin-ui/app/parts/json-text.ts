/**
 * Reads a JSON object that the user typed; undefined if the text is empty.
 * @throws {Error} if the text is not a JSON object
 */
export function readObject(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("{}");
  return value as Record<string, unknown>;
}
