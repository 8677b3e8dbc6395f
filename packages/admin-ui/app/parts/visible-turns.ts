/**
 * Shows the characters that turn the direction of what follows: a name or an address that holds one reads as another
 * one, and turns the rest of its line, too.
 */
export function visibleTurns(text: string): string {
  return text.replace(
    /[\u202A-\u202E\u2066-\u2069]/g,
    (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase()}›`,
  );
}
