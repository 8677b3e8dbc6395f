import { EnvReference } from "./env-reference.js";

/** A key of the outermost map with its value. */
export interface PlainEntry {
  readonly name: string;
  readonly value: unknown;
  /** Where the key begins in the text. */
  readonly offset: number;
}

/** Maps in one another. */
const maxDepth = 20;

/** Spaces that are none to YAML, control characters and half characters: the parser knows what they mean. */
const unusual = /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u3001-\ud7ff]/;

/** `key:` or `key: value`, where the key cannot be anything but a string. */
const keyLine = /^([\p{L}_](?:[\p{L}\p{N}_ ./()+-]{0,200}[\p{L}\p{N}_./()+-])?):(?: +(.*))?$/u;

/** Words, keys included, that stand for a value other than themselves. */
const words: ReadonlyMap<string, unknown> = new Map([
  ...["null", "Null", "NULL", "~"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** What may be a number, in any of its forms. */
const numeric =
  /^[-+]?(?:0x[\da-fA-F]+|0o[0-7]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * Reads YAML that is written as most files of bindings are: maps in blocks, scalars on one line, literal blocks, and lists of scalars.
 * Takes a tenth of the time of the parser, and no tree. Undefined for anything else, whether right or wrong: the parser decides that.
 */
export function readPlainYaml(text: string): readonly PlainEntry[] | undefined {
  if (!text.endsWith("\n") || unusual.test(text)) return undefined;
  try {
    return new PlainReader(text).readAll();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

const notPlain = new Error("This is not plain.");

class PlainReader {
  private readonly lines: readonly string[];
  /** The line that is read next. */
  private at = 0;

  constructor(text: string) {
    this.lines = text.slice(0, -1).split("\n");
  }

  readAll(): readonly PlainEntry[] {
    const indent = this.nextIndent();
    const entries: PlainEntry[] = [];
    const places = this.placesOfLines();
    const map = this.readMap(indent, 0, (name, line) => {
      entries.push({ name, value: undefined, offset: (places[line] ?? 0) + indent });
    });
    if (this.nextIndent() >= 0) throw notPlain;
    return entries.map((entry) => ({ ...entry, value: map[entry.name] }));
  }

  private placesOfLines(): readonly number[] {
    let place = 0;
    return this.lines.map((line) => {
      const start = place;
      place += line.length + 1;
      return start;
    });
  }

  /** Goes to the next line that has something, and returns how far it is indented; -1 at the end. */
  private nextIndent(): number {
    for (; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at] ?? "";
      const indent = line.search(/[^ ]/);
      if (indent >= 0 && line[indent] !== "#") return indent;
    }
    return -1;
  }

  private readMap(
    indent: number,
    depth: number,
    found?: (name: string, line: number) => void,
  ): Record<string, unknown> {
    if (depth > maxDepth) throw notPlain;
    const map: Record<string, unknown> = {};
    for (let next = indent; next === indent; ) {
      const line = this.at;
      const [, name, rest] = keyLine.exec((this.lines[line] ?? "").slice(indent)) ?? [];
      if (name === undefined || name === "__proto__" || words.has(name) || Object.hasOwn(map, name)) throw notPlain;
      found?.(name, line);
      this.at += 1;
      map[name] =
        rest === undefined || rest.trim() === "" ? this.readBelow(indent, depth) : this.readValue(rest, indent);
      next = this.nextIndent();
      if (next > indent) throw notPlain;
    }
    return map;
  }

  /** The map or list below a key. */
  private readBelow(indent: number, depth: number): unknown {
    const next = this.nextIndent();
    const isList = (this.lines[this.at] ?? "").startsWith("- ", next);
    if (next < indent || (next === indent && !isList)) throw notPlain;
    return isList ? this.readList(next) : this.readMap(next, depth + 1);
  }

  private readList(indent: number): readonly unknown[] {
    const items: unknown[] = [];
    for (let next = indent; next === indent; next = this.nextIndent()) {
      const line = this.lines[this.at] ?? "";
      // below a key, a list may begin in the column of the key
      if (!line.startsWith("- ", indent)) return items;
      this.at += 1;
      items.push(scalarOf(line.slice(indent + 2).trim()));
    }
    if (this.nextIndent() > indent) throw notPlain;
    return items;
  }

  private readValue(rest: string, indent: number): unknown {
    const value = rest.trimEnd();
    if (value === "|" || value === "|-") return this.readBlock(indent, value === "|");
    if (value === "[]") return [];
    if (value === "{}") return {};
    const [, list] = /^\[([\p{L}_][\p{L}\p{N}_]*(?:, *[\p{L}_][\p{L}\p{N}_]*)*)\]$/u.exec(value) ?? [];
    return list === undefined ? scalarOf(value) : list.split(/, */).map(scalarOf);
  }

  /** The lines of a literal block, which are indented further than its key. */
  private readBlock(outer: number, keepsEnd: boolean): string {
    const indent = (this.lines[this.at] ?? "").search(/[^ ]/);
    if (indent <= outer) throw notPlain;
    const lines: string[] = [];
    for (; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at] ?? "";
      const start = line.search(/[^ ]/);
      if (start < 0 ? line.length > indent : start > outer && start < indent) throw notPlain;
      if (start >= 0 && start <= outer) break;
      lines.push(line.slice(indent));
    }
    while (lines.at(-1) === "") lines.pop();
    return lines.join("\n") + (keepsEnd ? "\n" : "");
  }
}

/** A scalar on one line. */
function scalarOf(value: string): unknown {
  const [quote = ""] = value;
  if (quote === "'" && /^'(?:[^']|'')*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  if (quote === '"' && /^"[^"\\]*"$/.test(value)) return value.slice(1, -1);
  const [, variable] = /^!env ([A-Za-z_]\w*)$/.exec(value) ?? [];
  if (variable !== undefined) return new EnvReference(variable);
  if (/^-?[1-9]\d{0,14}$/.test(value)) return Number(value);
  // what begins otherwise, or has one of these inside, may be more than a scalar
  if (!/^[\p{L}\p{N}_/(.+^$]/u.test(value) || /: |:$| #/.test(value)) throw notPlain;
  if (words.has(value)) return words.get(value);
  if (value !== "0" && numeric.test(value)) throw notPlain;
  return value === "0" ? 0 : value;
}
