import { createPauses, placeOf } from "@bookend/core";

const maxDepth = 32;
// no quantifier around a group, which would need stack space for every blank
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
 * Parses dictionaries, lists, strings, numbers, booleans and `None` as Python's `repr` and `pprint` write them.
 *
 * We wrote it because no maintained npm package reads Python literals, and a Python dictionary is neither JSON nor
 * YAML: it uses single quotes, and YAML would not interpret `\n` and `None`. Takes linear time, limits nesting, and
 * yields to other work.
 *
 * @throws {SyntaxError} with line and column
 * @throws {RangeError} for more than `maxValues` values, at any depth
 */
export async function parsePythonLiteral(source: string, maxValues: number): Promise<unknown> {
  const pause = createPauses();
  const steps = new PythonReader(source, maxValues).document();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const pausing = pause();
    if (pausing !== undefined) await pausing;
  }
}

/** Work that can be interrupted wherever it yields. */
type Steps<T> = Generator<undefined, T>;

/** Number of pattern matches between two yields. */
const matchesOfStep = 256;

class PythonReader {
  readonly #source: string;
  readonly #maxValues: number;
  #at = 0;
  #values = 0;
  #matches = 0;

  constructor(source: string, maxValues: number) {
    this.#source = source;
    this.#maxValues = maxValues;
  }

  *document(): Steps<unknown> {
    const value = yield* this.#value(0);
    yield* this.#skip();
    if (this.#at < this.#source.length) throw this.#error("expected the end");
    return value;
  }

  *#value(depth: number): Steps<unknown> {
    if (depth > maxDepth) throw this.#error(`it is nested deeper than ${maxDepth} levels`);
    this.#values += 1;
    if (this.#values > this.#maxValues) throw new RangeError("too many values");
    yield* this.#skip();
    const character = this.#source[this.#at];
    switch (character) {
      case "{":
        return yield* this.#dictionary(depth);
      case "[":
        return (yield* this.#items(depth, "]")).items;
      case "(":
        return yield* this.#group(depth);
      case "'":
      case '"':
        return yield* this.#strings();
      default:
        return this.#number() ?? (yield* this.#word());
    }
  }

  *#dictionary(depth: number): Steps<Record<string, unknown>> {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    while (!(yield* this.#takes("}"))) {
      const start = this.#at;
      const name = yield* this.#value(depth + 1);
      if (typeof name !== "string") throw this.#error("expected a string as the key", start);
      if (!(yield* this.#takes(":"))) throw this.#error('expected ":"');
      entries.push([name, yield* this.#value(depth + 1)]);
      if (yield* this.#takes(",")) continue;
      if (!(yield* this.#takes("}"))) throw this.#error('expected "," or "}"');
      break;
    }
    const names = new Set(entries.map(([name]) => name));
    if (names.size < entries.length) throw this.#error("the dictionary that ends here contains a key twice");
    // unlike an assignment, this defines an own property even for the name `__proto__`
    return Object.fromEntries(entries);
  }

  *#items(depth: number, end: "]" | ")"): Steps<{ readonly items: readonly unknown[]; readonly commaLast: boolean }> {
    const items: unknown[] = [];
    this.#at += 1;
    while (!(yield* this.#takes(end))) {
      items.push(yield* this.#value(depth + 1));
      if (yield* this.#takes(",")) continue;
      if (!(yield* this.#takes(end))) throw this.#error(`expected "," or "${end}"`);
      return { items, commaLast: false };
    }
    return { items, commaLast: true };
  }

  /** Parses a tuple, or one value in parentheses: `pprint` puts long strings into them. */
  *#group(depth: number): Steps<unknown> {
    const { items, commaLast } = yield* this.#items(depth, ")");
    return items.length === 1 && !commaLast ? items[0] : items;
  }

  /**
   * Returns one string, or several separated by blanks, which Python joins. `repr` and `pprint` never write two strings
   * without a blank between them.
   */
  *#strings(): Steps<string> {
    const parts = [yield* this.#string()];
    for (;;) {
      const end = this.#at;
      yield* this.#skip();
      const quote = this.#source[this.#at];
      if (quote !== "'" && quote !== '"') break;
      if (this.#at === end) throw this.#error("expected a blank between two strings");
      parts.push(yield* this.#string());
    }
    return parts.join("");
  }

  *#string(): Steps<string> {
    const start = this.#at;
    const quote = this.#source[start] as "'" | '"';
    const parts: string[] = [];
    this.#at += 1;
    for (;;) {
      if (this.#isStep()) yield;
      parts.push(this.#take(plain[quote]) ?? "");
      const character = this.#source[this.#at];
      this.#at += 1;
      if (character === quote) return parts.join("");
      if (character !== "\\") throw this.#error("the string that begins here is not terminated", start);
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
    if (length === undefined) throw this.#error("the backslash does not begin an escape sequence", start);
    const digits = this.#source.slice(this.#at, this.#at + length);
    this.#at += length;
    const point = Number.parseInt(digits, 16);
    if (digits.length < length || !/^[\dA-Fa-f]+$/.test(digits) || point > 0x10_ff_ff) {
      throw this.#error("the backslash does not begin an escape sequence", start);
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

  *#word(): Steps<unknown> {
    const start = this.#at;
    const name = this.#take(word) ?? "";
    // Python 2 wrote Unicode strings as u'…'
    if (name === "u" && /['"]/.test(this.#source[this.#at] ?? "")) return yield* this.#strings();
    if (words.has(name)) return words.get(name);
    throw this.#error("expected a Python literal", start);
  }

  *#takes(character: string): Steps<boolean> {
    yield* this.#skip();
    if (this.#source[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  *#skip(): Steps<void> {
    do {
      if (this.#isStep()) yield;
      this.#take(blanks);
    } while (this.#take(comment) !== undefined);
  }

  #isStep(): boolean {
    return this.#matches % matchesOfStep === 0;
  }

  #take(pattern: RegExp): string | undefined {
    this.#matches += 1;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #error(reason: string, at: number = this.#at): SyntaxError {
    return new SyntaxError(`at ${placeOf(this.#source, at)}: ${reason}`);
  }
}
