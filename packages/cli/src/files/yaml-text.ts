import type { Document, Node, Pair, YAMLMap } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import { envTag } from "./env-reference.js";
import type { FileProblem, Place } from "./problem-list.js";
import { linkReferences } from "./references.js";

/** A parsed file in YAML, which includes JSON. */
export interface YamlText {
  readonly document: Document.Parsed;
  /** Returns the place of an offset in the text. */
  at(offset: number): Place;
  /** Whether the file may contain references (`*name`). */
  readonly hasReferences: boolean;
  /** The errors that prevent reading. */
  readonly problems: readonly FileProblem[];
}

/** Returns a function that converts an offset in a file to a place. */
export function placesOf(file: string, text: string): YamlText["at"] {
  const starts = [0];
  for (let start = text.indexOf("\n") + 1; start > 0; start = text.indexOf("\n", start) + 1) starts.push(start);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** Parses the text of a file, or of a part of it that begins at an offset. */
export function parseYamlText(text: string, placeOf: YamlText["at"], start = 0): YamlText {
  // the library's own search for repeated keys takes quadratic time; `structureProblems` finds them instead
  const document = lazyLibraries.yaml.parseDocument(text, {
    customTags: [envTag],
    uniqueKeys: false,
    prettyErrors: false,
  });
  const at = (offset: number) => placeOf(start + offset);
  const wrong = [...document.errors, ...document.warnings].map(({ message, pos: [offset] }) => ({
    // this message means that the parser has exhausted the stack
    message: message.includes("call stack") ? tooDeep : (message.split("\n", 1)[0]?.replace(/[.:]?$/, ".") ?? ""),
    offset,
  }));
  const problems = [...wrong, ...structureProblems(document)].map(
    ({ message, offset }): FileProblem => ({ severity: "error", message, ...at(offset) }),
  );
  const hasReferences = text.includes("*");
  if (problems.length === 0 && hasReferences) linkReferences(document);
  return { document, at, hasReferences, problems };
}

/** Maximum nesting depth: the 64 levels that core allows in a binding, plus those around a binding in a file. */
const maxDepth = 70;

const tooDeep = `Maps and lists are nested deeper than ${maxDepth} levels.`;

interface Found {
  readonly message: string;
  readonly offset: number;
}

/**
 * Finds maps and lists that are nested too deep, and repeated keys: all but one of the values of a repeated key would
 * be ignored.
 */
function structureProblems({ contents }: Document.Parsed): readonly Found[] {
  const { isCollection, isMap, isScalar, isSeq } = lazyLibraries.yaml;
  const found: Found[] = [];
  const open: { readonly node: unknown; readonly depth: number }[] = [{ node: contents, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > maxDepth && isCollection(node)) {
      found.push({ message: tooDeep, offset: node.range?.[0] ?? 0 });
      continue;
    }
    if (isSeq(node)) {
      for (const item of node.items) if (isCollection(item)) open.push({ node: item, depth: depth + 1 });
    }
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      if (isCollection(value)) open.push({ node: value, depth: depth + 1 });
      if (!isScalar(key)) continue;
      const message = `Map keys must be unique: ${JSON.stringify(key.value)} occurs twice.`;
      if (seen.has(key.value)) found.push({ message, offset: key.range?.[0] ?? 0 });
      seen.add(key.value);
    }
  }
  return found.sort((one, other) => one.offset - other.offset);
}

/** Returns the node that an alias refers to; any other node unchanged. */
export function resolved(document: Document, node: unknown): Node | undefined {
  if (node === null || node === undefined) return undefined;
  const source = (node as { resolve?: (document: Document) => Node | undefined }).resolve;
  return typeof source === "function" ? source.call(node, document) : (node as Node);
}

/** Returns the place of a node; the beginning of the text for a node that is not in it. */
export function placeOfNode({ at }: YamlText, node: unknown): Place {
  return at((node as Node | null | undefined)?.range?.[0] ?? 0);
}

/** Returns the key of a pair as a string. */
export function keyOf({ key }: Pair): string {
  return lazyLibraries.yaml.isScalar(key) ? String(key.value) : String(key);
}

/** Returns the pair of a map with this key. */
export function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === name);
}
