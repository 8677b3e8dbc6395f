/**
 * Returns the first line that a script wrote, ready for a log: trimmed, with control and other invisible characters as
 * `\u{…}`. A character that was truncated at the end is omitted.
 */
export function firstLine(output: Uint8Array): string {
  const text = new TextDecoder().decode(output, { stream: true });
  const [line = ""] = text.trimStart().split(/[\r\n]/, 1);
  return line.trimEnd().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${codeOf(character)}}`);
}

function codeOf(character: string): string {
  return (character.codePointAt(0) as number).toString(16);
}
