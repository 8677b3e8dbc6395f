import { placeOf } from "@bookend/core";

const maxDepth = 32;
// no quantifier around a group: the engine would need stack for each blank
const blanks = /[ \t\r\n\f]*/y;
const comment = /#[^\n]*/y;
const number = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z_]\w*/y;
const plain = { "'": /[^'\\\n]*/y, '"': /[^"\\\n]*/y } as const;
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["True", true],
  ["False", false],
  ["None", null],
]);
const escapes: ReadonlyMap<string, string> = new Map([
  ["\n", ""],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);
const hexDigits: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

/**
 * Parses what `repr` and `pprint` of Python write of dictionaries, lists, strings, numbers, booleans and `None`.
 *
 * Written here since no maintained package on npm reads Python literals, and a Python dictionary is neither JSON nor YAML:
 * quotes are single, and YAML would keep `\n` and `None` as they stand. Linear time; nesting is capped.
 *
 * @throws {SyntaxError} with line and column
 */
export function parsePythonLiteral(source: string): unknown {
  const reader = new PythonReader(source);
  const value = reader.value(0);
  reader.end();
  return value;
}

class PythonReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  value(depth: number): unknown {
    if (depth > maxDepth) throw this.#error(`it is nested deeper than ${maxDepth} levels`);
    this.#skip();
    const character = this.#source[this.#at];
    switch (character) {
      case "{":
        return this.#dictionary(depth);
      case "[":
        return this.#items(depth, "]").items;
      case "(":
        return this.#group(depth);
      case "'":
      case '"':
        return this.#strings();
      default:
        return this.#number() ?? this.#word();
    }
  }

  end(): void {
    this.#skip();
    if (this.#at < this.#source.length) throw this.#error("expected the end");
  }

  #dictionary(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    while (!this.#takes("}")) {
      this.#skip();
      const start = this.#at;
      const name = this.value(depth + 1);
      if (typeof name !== "string") throw this.#error("expected a string as the key", start);
      if (!this.#takes(":")) throw this.#error('expected ":"');
      entries.push([name, this.value(depth + 1)]);
      if (this.#takes(",")) continue;
      if (!this.#takes("}")) throw this.#error('expected "," or "}"');
      break;
    }
    const names = new Set(entries.map(([name]) => name));
    if (names.size < entries.length) throw this.#error("the dictionary that ends here has a key twice");
    // defines own properties, whatever their names are
    return Object.fromEntries(entries);
  }

  #items(depth: number, end: "]" | ")"): { readonly items: readonly unknown[]; readonly commaLast: boolean } {
    const items: unknown[] = [];
    this.#at += 1;
    while (!this.#takes(end)) {
      items.push(this.value(depth + 1));
      if (this.#takes(",")) continue;
      if (!this.#takes(end)) throw this.#error(`expected "," or "${end}"`);
      return { items, commaLast: false };
    }
    return { items, commaLast: true };
  }

  /** A tuple, or one value in parentheses: `pprint` puts long strings into them. */
  #group(depth: number): unknown {
    const { items, commaLast } = this.#items(depth, ")");
    return items.length === 1 && !commaLast ? items[0] : items;
  }

  /** One string, or several with blanks between them, which Python joins; none of Python's writers puts two side by side. */
  #strings(): string {
    const parts = [this.#string()];
    for (;;) {
      const end = this.#at;
      this.#skip();
      const quote = this.#source[this.#at];
      if (quote !== "'" && quote !== '"') break;
      if (this.#at === end) throw this.#error("expected a blank between two strings");
      parts.push(this.#string());
    }
    return parts.join("");
  }

  #string(): string {
    const start = this.#at;
    const quote = this.#source[start] as "'" | '"';
    const parts: string[] = [];
    this.#at += 1;
    for (;;) {
      parts.push(this.#take(plain[quote]) ?? "");
      const character = this.#source[this.#at];
      this.#at += 1;
      if (character === quote) return parts.join("");
      if (character !== "\\") throw this.#error("the string that begins here has no end", start);
      parts.push(this.#escape());
    }
  }

  #escape(): string {
    const start = this.#at - 1;
    const letter = this.#source[this.#at] ?? "";
    this.#at += 1;
    const known = escapes.get(letter);
    if (known !== undefined) return known;
    const length = hexDigits.get(letter);
    if (length === undefined) throw this.#error("the backslash begins no escape sequence", start);
    const digits = this.#source.slice(this.#at, this.#at + length);
    this.#at += length;
    const point = Number.parseInt(digits, 16);
    if (digits.length < length || !/^[\dA-Fa-f]+$/.test(digits) || point > 0x10_ff_ff) {
      throw this.#error("the backslash begins no escape sequence", start);
    }
    return String.fromCodePoint(point);
  }

  #number(): number | undefined {
    const start = this.#at;
    const text = this.#take(number);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value)) throw this.#error("the number is too large", start);
    return value;
  }

  #word(): unknown {
    const start = this.#at;
    const name = this.#take(word) ?? "";
    // Python 2 marked its Unicode strings
    if (name === "u" && /['"]/.test(this.#source[this.#at] ?? "")) return this.#strings();
    if (words.has(name)) return words.get(name);
    throw this.#error("expected a value of a Python literal", start);
  }

  #takes(character: string): boolean {
    this.#skip();
    if (this.#source[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    do this.#take(blanks);
    while (this.#take(comment) !== undefined);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #error(reason: string, at: number = this.#at): SyntaxError {
    return new SyntaxError(`at ${placeOf(this.#source, at)}: ${reason}`);
  }
}
