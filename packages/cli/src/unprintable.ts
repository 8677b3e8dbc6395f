/**
 * What would move the cursor of a terminal, color its text or turn its direction, although YAML and JSON leave it as it is: control
 * characters from U+007F on, and the marks of bidirectional text. Other control characters are always escaped there.
 */
export const unprintable = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Characters as the escapes that strings in JSON, and quoted ones in YAML, have for them. */
export function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A value as JSON of several lines. */
export function toJson(value: unknown): string {
  return `${escapeUnprintable(JSON.stringify(value, undefined, 2) ?? "null")}\n`;
}
