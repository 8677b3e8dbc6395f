/** Consecutive bindings of a file. */
export interface FilePart {
  readonly text: string;
  /** Offset of `text` in the file, in UTF-16 code units. */
  readonly offset: number;
  /** The expected number of bindings. */
  readonly count: number;
}

/** Target size of a part in characters. A parsed part takes a hundred times as many bytes. */
const partLength = 32_768;

/** Matches anchors and references. A reference can refer to an anchor in a different part. */
const reference = /(?:^|[\s,[{:-])[&*][^\s,\]}]/m;

/**
 * Splits a file that only contains `bindings:`, with a binding at each key below it, into parts that are valid YAML
 * themselves. Undefined for any other file. Readers of a part must compare its number of bindings with `count`, since
 * lines are only recognized by their indentation, although they can be part of a string, for example.
 */
export function splitBindings(text: string): readonly FilePart[] | undefined {
  if (reference.test(text) || /^ *\t/m.test(text)) return undefined;
  const start = /^(?:[ \r]*(?:#.*)?\n)*bindings:[ \r]*(?:#.*)?\n/.exec(text)?.[0].length;
  if (start === undefined) return undefined;
  const parts: FilePart[] = [];
  let [offset, count] = [start, 0];
  let indent = 0;
  for (let line = start; line < text.length; line = endOfLine(text, line)) {
    let column = line;
    while (text[column] === " ") column += 1;
    const letter = text[column] ?? "\n";
    // empty lines and comments can be anywhere
    if (letter === "\n" || letter === "\r" || letter === "#") continue;
    if (indent === 0) indent = column - line;
    if (indent === 0 || column - line < indent) return undefined;
    if (column - line > indent) continue;
    if (count > 0 && line - offset >= partLength) {
      parts.push({ text: text.slice(offset, line), offset, count });
      [offset, count] = [line, 0];
    }
    count += 1;
  }
  if (count > 0) parts.push({ text: text.slice(offset), offset, count });
  return parts.length > 0 ? parts : undefined;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
}
