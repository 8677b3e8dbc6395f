/** A quotation, which is literal, or an escape sequence. */
const quotationOrEscape = /\\Q[\s\S]*?(?:\\E|$)|\\([\s\S])/g;

const meanings: Readonly<Record<string, string>> = {
  w: "\\w knows ASCII letters only; \\p{L} is a letter of any language.",
  W: "\\W counts letters beyond ASCII as no letters; \\P{L} is anything but a letter of any language.",
  b: "\\b knows ASCII letters only, so it also stands inside of words with others; \\p{L} is a letter of any language.",
  B: "\\B knows ASCII letters only; \\p{L} is a letter of any language.",
};

/** Notes for administrators about a regular expression: each class in it that knows ASCII only, once. */
export function asciiNotes(source: string): readonly string[] {
  const notes = new Set<string>();
  for (const [, letter = ""] of source.matchAll(quotationOrEscape)) {
    const note = Object.hasOwn(meanings, letter) ? meanings[letter] : undefined;
    if (note !== undefined) notes.add(note);
  }
  return [...notes];
}
