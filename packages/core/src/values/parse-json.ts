import { ValueError } from "../contracts/errors.js";

const allowed = "valid JSON";

/**
 * Parses JSON. Unlike those of the engine, its error messages always contain the position, and never quote more than
 * one character.
 *
 * @throws {ValueError} VALUE_INVALID
 */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    const { offset, reason } = firstJsonError(source) ?? { offset: source.length, reason: "it cannot be read" };
    throw new ValueError(`is not valid JSON at ${placeOf(source, offset)}: ${reason}.`, allowed);
  }
}

/** The position at which JSON stops being valid, and the reason. */
export interface JsonError {
  /** Offset in UTF-16 code units. */
  readonly offset: number;
  /** Completes a sentence, such as `expected "," or "}", found "x"`. */
  readonly reason: string;
}

/** Converts an offset in a string to `line 3, column 7`; both count from 1. */
export function placeOf(source: string, offset: number): string {
  let line = 1;
  let lineStart = 0;
  for (let end = source.indexOf("\n"); end >= 0 && end < offset; end = source.indexOf("\n", lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return `line ${line}, column ${offset - lineStart + 1}`;
}

const blank = /[ \t\r\n]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// without a quantifier around a group, which would need stack space for every character of a long string
const plainCharacters = /[^"\\\p{Cc}]*/uy;
const escapeSequence = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/** Finds the first error in JSON in linear time and without recursion; undefined if there is none. */
export function firstJsonError(source: string): JsonError | undefined {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(source)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const error = (expected: string): JsonError => ({ offset: at, reason: `expected ${expected}, found ${found()}` });
  const found = () => {
    const point = source.codePointAt(at);
    if (point === undefined) return "the end";
    const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
    const character = String.fromCodePoint(point);
    return /[\p{C}\p{Z}]/u.test(character)
      ? code
      : /[“”„«»‘’]/.test(character)
        ? `${character} (${code})`
        : `"${character}"`;
  };
  const string = (what: string): JsonError | undefined => {
    if (source[at] !== '"') return error(what);
    const start = at;
    at += 1;
    for (;;) {
      take(plainCharacters);
      if (source[at] === '"') {
        at += 1;
        return undefined;
      }
      if (at >= source.length) return { offset: start, reason: "the string that begins here is not terminated" };
      if (source[at] === "\\") {
        if (!take(escapeSequence))
          return { offset: at, reason: "the backslash does not begin an escape sequence of JSON" };
      } else if ((source.codePointAt(at) ?? 0) < 0x20) {
        return { offset: at, reason: `a string cannot hold ${found()}; write it as an escape sequence, such as \\n` };
      } else at += 1;
    }
  };
  /** The brackets that are still open. */
  const open: ("{" | "[")[] = [];
  for (;;) {
    // a value
    take(blank);
    const character = source[at];
    if (character === "{" || character === "[") {
      at += 1;
      open.push(character);
      take(blank);
      if (source[at] !== (character === "{" ? "}" : "]")) {
        if (character === "[") continue;
        const wrong = string('a name in double quotes or "}"') ?? colon();
        if (wrong) return wrong;
        continue;
      }
      at += 1;
      open.pop();
    } else if (character === '"') {
      const wrong = string("a value");
      if (wrong) return wrong;
    } else if (!take(literal)) return error("a value");
    // what follows a value
    for (;;) {
      take(blank);
      const inside = open.at(-1);
      if (inside === undefined) return at === source.length ? undefined : error("the end");
      if (source[at] === ",") {
        at += 1;
        take(blank);
        if (inside === "[") break;
        const wrong = string("a name in double quotes") ?? colon();
        if (wrong) return wrong;
        break;
      }
      const end = inside === "{" ? "}" : "]";
      if (source[at] !== end) return error(`"," or "${end}"`);
      at += 1;
      open.pop();
    }
  }

  function colon(): JsonError | undefined {
    take(blank);
    if (source[at] !== ":") return error('":"');
    at += 1;
    return undefined;
  }
}
