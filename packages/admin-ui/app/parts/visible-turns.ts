/**
 * Makes visible the characters that change the direction of the text after them. With such a character, a name or an address
 * can look like a different one, and reverse the rest of its line.
 */
export function visibleTurns(text: string): string {
  return text.replace(
    /[\u202A-\u202E\u2066-\u2069]/g,
    (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase()}›`,
  );
}
