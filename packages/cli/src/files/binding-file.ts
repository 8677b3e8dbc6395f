import type { Document, Node, Pair, YAMLMap } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import { nearest } from "../nearest.js";
import { problemMessage } from "../problem-message.js";
import { isRecord } from "../target/transport.js";
import { EnvReference } from "./env-reference.js";
import { readPlainJson } from "./plain-json.js";
import { type PlainEntry, readPlainYaml } from "./plain-yaml.js";
import type { FileProblem, Place } from "./problem-list.js";
import { writtenSize } from "./references.js";
import { type FilePart, splitBindings } from "./split-bindings.js";
import { parseYamlText, placesOf, type YamlText } from "./yaml-text.js";

/** Names of the fields of a binding in a file. */
export const fieldNames = [
  "event",
  "handlermodule",
  "action",
  "position",
  "ordering",
  "active",
  "abort_on_error",
  "delivery",
  "conditions",
  "options",
] as const;

/** Names at the top of a file. */
const topNames: ReadonlySet<string> = new Set(["bindings", "$schema", "format"]);

/** Fields of a binding in a list that are not settings: its name, and what only the server that it comes from knows. */
const ownFields = ["name", "id", "revision"] as const;

function isFieldName(name: string): boolean {
  return (fieldNames as readonly string[]).includes(name);
}

/** A binding as a file has it. */
export interface FileBinding {
  readonly name: string;
  /** By the names of the management API; with {@link EnvReference} where the file has `!env`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: Place;
  /** Where a field, or a part of one such as `options.body`, is. */
  placeOf(field: string, at: "name" | "value"): Place;
}

/** What a file says. */
export interface BindingFile {
  readonly bindings: readonly FileBinding[];
  readonly problems: readonly FileProblem[];
}

/** The parser refuses more references than this: with them, a short file can represent billions of values. */
const maxAliases = 1_000;

/** Maximum number of characters that a file with references can represent: more than the management API accepts. */
const maxWritten = 16 * 1024 * 1024;

/** Reads a file in YAML or JSON: `bindings`, by their names, or a list of which each has a `name`. */
export function parseBindingFile(file: string, text: string): BindingFile {
  const at = placesOf(file, text);
  return readParts(text, at) ?? readJson(text, at) ?? readWhole(text, at);
}

/** Places in a file that is parsed as a whole. */
function placesInWhole(text: string, at: YamlText["at"]): BindingPlaces {
  const again = rememberLast((whole: string) => parseYamlText(whole, at));
  return new BindingPlaces(() => ({ ...again(text), bindings: again(text).document.get("bindings", true) }));
}

/** Reads a file in JSON that has no problem. */
function readJson(text: string, at: YamlText["at"]): BindingFile | undefined {
  const json = readPlainJson(text);
  if (json === undefined || !json.fields.every((name) => topNames.has(name))) return undefined;
  const entries = json.bindings.map((entry) => (json.listed ? listedEntry(entry) : entry));
  const bindings = plainBindings(entries, at, placesInWhole(text, at));
  return bindings && { bindings, problems: [] };
}

/** A binding of a list, where its name is one of its fields. */
function listedEntry({ value, offset }: PlainEntry): PlainEntry {
  const fields: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  const { name } = fields;
  for (const own of ownFields) delete fields[own];
  return typeof name === "string" ? { name, value: fields, offset } : { name: "", value: undefined, offset };
}

function readWhole(text: string, at: YamlText["at"]): BindingFile {
  const parsed = parseYamlText(text, at);
  if (parsed.problems.length > 0) return { bindings: [], problems: parsed.problems };
  const problems: FileProblem[] = [];
  return { bindings: new FileReader(parsed, problems, placesInWhole(text, at)).read(), problems };
}

/**
 * Reads a large file in parts: parsed as a whole, it takes a hundred times its size in memory.
 * Undefined if it does not consist of parts, or something in it cannot be parsed: reading it as a whole says what.
 */
function readParts(text: string, at: YamlText["at"]): BindingFile | undefined {
  const parse = (part: FilePart) => parseYamlText(part.text, at, part.offset);
  const again = rememberLast(parse);
  const bindings: FileBinding[] = [];
  const problems: FileProblem[] = [];
  const names = new Set<string>();
  for (const part of splitBindings(text) ?? [undefined]) {
    if (!part) return undefined;
    const places = new BindingPlaces(() => ({ ...again(part), bindings: again(part).document.contents }));
    const entries = readPlainYaml(part.text);
    const plain =
      entries?.length === part.count ? plainBindings(entries, (offset) => at(part.offset + offset), places) : undefined;
    if (plain?.every(({ name }) => !names.has(name)) === true) {
      for (const binding of plain) names.add(binding.name);
      bindings.push(...plain);
      continue;
    }
    const parsed = parse(part);
    const { contents } = parsed.document;
    if (parsed.problems.length > 0 || !lazyLibraries.yaml.isMap(contents) || contents.items.length !== part.count)
      return undefined;
    const reader = new FileReader(parsed, problems, places);
    for (const [index, pair] of contents.items.entries()) {
      const name = keyOf(pair);
      if (names.has(name)) return undefined;
      names.add(name);
      const binding = reader.readPair(pair as Pair<Node, Node>, index);
      if (binding) bindings.push(binding);
    }
  }
  return { bindings, problems };
}

/** The bindings of what was read without the parser; undefined if one has a problem, of which the parser says where it is. */
function plainBindings(
  entries: readonly PlainEntry[],
  at: YamlText["at"],
  places: BindingPlaces,
): readonly FileBinding[] | undefined {
  const bindings: FileBinding[] = [];
  for (const [index, { name, value, offset }] of entries.entries()) {
    if (!isRecord(value) || !Object.keys(value).every(isFieldName)) return undefined;
    const place = at(offset);
    bindings.push({ name, fields: value, place, placeOf: (field, of) => places.find(index, field, of) ?? place });
  }
  return bindings;
}

/** A function that keeps its last result. */
function rememberLast<A, R extends object>(run: (argument: A) => R): (argument: A) => R {
  let last: { readonly argument: A; readonly result: R } | undefined;
  return (argument) => {
    if (last?.argument !== argument) last = { argument, result: run(argument) };
    return last.result;
  };
}

class FileReader {
  private readonly document: Document.Parsed;
  private readonly hasReferences: boolean;
  /** Number of characters that the bindings can still represent. */
  private left = maxWritten;

  constructor(
    private readonly text: YamlText,
    private readonly problems: FileProblem[],
    private readonly places: BindingPlaces,
  ) {
    this.document = text.document;
    this.hasReferences = text.hasReferences;
  }

  read(): readonly FileBinding[] {
    const { contents } = this.document;
    if (!lazyLibraries.yaml.isMap(contents)) {
      this.refuse(contents, problemMessage('the file has no "bindings"', "an object with the bindings by their names"));
      return [];
    }
    let bindings: Node | undefined;
    for (const pair of contents.items) {
      const name = keyOf(pair);
      if (name === "bindings") bindings = pair.value as Node;
      else if (!topNames.has(name)) this.refuse(pair.key, unknownName(name, ["bindings", "$schema"]));
    }
    if (lazyLibraries.yaml.isMap(bindings)) {
      return bindings.items.flatMap((pair, index) => this.readPair(pair as Pair<Node, Node>, index) ?? []);
    }
    if (lazyLibraries.yaml.isSeq(bindings))
      return bindings.items.flatMap((item, index) => this.readItem(item as Node, index) ?? []);
    this.refuse(
      bindings ?? contents,
      problemMessage("is not valid", "an object with the bindings by their names, or a list", "bindings"),
    );
    return [];
  }

  readPair(pair: Pair<Node, Node>, index: number): FileBinding | undefined {
    const name = keyOf(pair);
    const value = resolved(this.document, pair.value);
    if (!lazyLibraries.yaml.isMap(value)) {
      this.refuse(pair.key, problemMessage("is not valid", "an object with the fields of the binding"), name);
      return undefined;
    }
    return this.binding(name, pair.key, value, { index, listed: false });
  }

  private readItem(item: Node, index: number): FileBinding | undefined {
    const value = resolved(this.document, item);
    const name = lazyLibraries.yaml.isMap(value) ? value.get("name") : undefined;
    if (!lazyLibraries.yaml.isMap(value) || typeof name !== "string") {
      this.refuse(item, problemMessage("is missing", "a string", "name"));
      return undefined;
    }
    return this.binding(name, value, value, { index, listed: true });
  }

  private binding(
    name: string,
    place: Node,
    map: YAMLMap,
    { index, listed }: { readonly index: number; readonly listed: boolean },
  ): FileBinding | undefined {
    let fields: Record<string, unknown>;
    // said once
    if (this.left <= 0) return undefined;
    try {
      fields = map.toJS(this.document, { maxAliasCount: maxAliases });
    } catch (error) {
      this.refuse(place, error instanceof Error ? error.message : String(error), name);
      return undefined;
    }
    if (this.hasReferences) this.left -= writtenSize(fields, this.left);
    if (this.left <= 0) {
      this.refuse(place, `with its references, the file stands for more than ${maxWritten} characters`, name);
      return undefined;
    }
    if (listed) {
      for (const own of ownFields) delete fields[own];
    }
    for (const pair of map.items) {
      const field = keyOf(pair);
      if (Object.hasOwn(fields, field) && !isFieldName(field)) {
        this.refuse(pair.key, unknownName(field, fieldNames), name);
      }
    }
    const start = placeOfNode(this.text, place);
    const { places } = this;
    return { name, fields, place: start, placeOf: (field, at) => places.find(index, field, at) ?? start };
  }

  private refuse(node: unknown, message: string, binding?: string): void {
    this.problems.push({
      severity: "error",
      message: /[.?]$/.test(message) ? message : `${message}.`,
      ...(binding !== undefined && { binding }),
      ...placeOfNode(this.text, node),
    });
  }
}

/**
 * Finds where fields are. The parsed file is many times as large as its text, and most files have no problem:
 * it is parsed again for the first place that is asked for.
 */
class BindingPlaces {
  constructor(private readonly parse: () => YamlText & { readonly bindings: unknown }) {}

  /** The place of the deepest part of a field that the file has, of the binding at this index. */
  find(index: number, field: string, at: "name" | "value"): Place | undefined {
    const { bindings, ...text } = this.parse();
    const item = lazyLibraries.yaml.isMap(bindings)
      ? bindings.items[index]?.value
      : lazyLibraries.yaml.isSeq(bindings)
        ? bindings.items[index]
        : undefined;
    const map = resolved(text.document, item);
    const node = lazyLibraries.yaml.isMap(map) ? findNode(text.document, map, field, at) : undefined;
    return node === undefined ? undefined : placeOfNode(text, node);
  }
}

function findNode(document: Document, map: YAMLMap, field: string, at: "name" | "value"): Node | undefined {
  const [first = "", ...rest] = field.split(".");
  const pair = pairOf(map, first);
  if (!pair) return undefined;
  const value = resolved(document, pair.value);
  const inner = rest.length > 0 && lazyLibraries.yaml.isMap(value) ? findInner(value, rest.join("."), at) : undefined;
  return inner ?? ((at === "name" || rest.length > 0 ? pair.key : (pair.value ?? pair.key)) as Node);
}

/** Names of options and conditions may hold dots. */
function findInner(map: YAMLMap, name: string, at: "name" | "value"): Node | undefined {
  const pair = pairOf(map, name);
  if (pair) return (at === "name" ? pair.key : (pair.value ?? pair.key)) as Node;
  return name.includes(".") ? findInner(map, name.slice(0, name.lastIndexOf(".")), at) : undefined;
}

/** The node that an alias refers to; any other node as it is. */
function resolved(document: Document, node: unknown): Node | undefined {
  if (node === null || node === undefined) return undefined;
  const source = (node as { resolve?: (document: Document) => Node | undefined }).resolve;
  return typeof source === "function" ? source.call(node, document) : (node as Node);
}

function placeOfNode({ at }: YamlText, node: unknown): Place {
  return at((node as Node | null | undefined)?.range?.[0] ?? 0);
}

function keyOf({ key }: Pair): string {
  return lazyLibraries.yaml.isScalar(key) ? String(key.value) : String(key);
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === name);
}

function unknownName(name: string, allowed: readonly string[]): string {
  const near = nearest(name, allowed);
  return problemMessage(
    `there is no such field${near === undefined ? "" : `. Did you mean "${near}"?`}`,
    allowed.join(", "),
    name,
  );
}

/** The value of a part of a binding with the values of environment variables in place of `!env`; itself if there are none. */
export function withEnvironment(
  value: unknown,
  path: string,
  found: (reference: EnvReference, path: string) => unknown,
): unknown {
  if (value instanceof EnvReference) return found(value, path);
  if (typeof value !== "object" || value === null) return value;
  let changed = false;
  const inner = Object.entries(value).map(([name, before]): [string, unknown] => {
    const after = withEnvironment(before, path === "" ? name : `${path}.${name}`, found);
    if (after !== before) changed = true;
    return [name, after];
  });
  if (!changed) return value;
  return Array.isArray(value) ? inner.map(([, after]) => after) : Object.fromEntries(inner);
}
