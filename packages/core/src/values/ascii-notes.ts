/** A literal quotation (`\Q…\E`), or an escape sequence. */
const quotationOrEscape = /\\Q[\s\S]*?(?:\\E|$)|\\([\s\S])/g;

const meanings: Readonly<Record<string, string>> = {
  w: "\\w matches no letters beyond ASCII; \\p{L} matches a letter of any language.",
  W: "\\W also matches letters beyond ASCII; \\P{L} matches anything but a letter of any language.",
  b: "\\b recognizes only ASCII letters, so it also matches inside words with other letters; \\p{L} matches a letter of any language.",
  B: "\\B recognizes only ASCII letters; \\p{L} matches a letter of any language.",
};

/** Returns notes for administrators about a regular expression, one for each of `\w`, `\W`, `\b` and `\B` in it. */
export function asciiNotes(source: string): readonly string[] {
  const notes = new Set<string>();
  for (const [, letter = ""] of source.matchAll(quotationOrEscape)) {
    const note = Object.hasOwn(meanings, letter) ? meanings[letter] : undefined;
    if (note !== undefined) notes.add(note);
  }
  return [...notes];
}
