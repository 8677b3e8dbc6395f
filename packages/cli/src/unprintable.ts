/**
 * Characters that control a terminal or change the direction of text, but that YAML and JSON do not escape: control
 * characters from U+007F on, and bidirectional formatting characters. YAML and JSON always escape other control
 * characters.
 */
export const unprintable = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Replaces {@link unprintable} characters with escapes that are valid in JSON strings and in quoted YAML strings. */
export function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Writes a value as indented JSON. */
export function toJson(value: unknown): string {
  return `${escapeUnprintable(JSON.stringify(value, undefined, 2) ?? "null")}\n`;
}
