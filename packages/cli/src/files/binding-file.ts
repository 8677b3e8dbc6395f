import type { Node, Pair } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import { isRecord } from "../target/transport.js";
import { type FileBinding, isFieldName, ownFields, topNames } from "./binding-fields.js";
import { BindingPlaces } from "./binding-places.js";
import type { FileProblem } from "./problem-list.js";
import { quickRead } from "./quick-read.js";
import { type FilePart, splitBindings } from "./split-bindings.js";
import { TreeReader } from "./tree-reader.js";
import { keyOf, parseYamlText, placesOf, type YamlText } from "./yaml-text.js";

/** The contents of a file. */
export interface BindingFile {
  readonly bindings: readonly FileBinding[];
  readonly problems: readonly FileProblem[];
}

/**
 * Reads a file in YAML or JSON. Its `bindings` are an object with the bindings by their names, or a list of bindings
 * that have a `name`.
 */
export function parseBindingFile(file: string, text: string): BindingFile {
  const at = placesOf(file, text);
  return readParts(text, at) ?? readQuickly(text, at) ?? readWhole(text, at);
}

/**
 * Reads a large file in parts: parsing it as a whole takes a hundred times its size in memory. Undefined if it cannot
 * be split into parts or parsed: reading it as a whole then reports the reason.
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
    const entries = Object.entries(quickRead(part.text) ?? {});
    const quick = entries.length === part.count ? quickBindings(entries, places) : undefined;
    if (quick?.every(({ name }) => !names.has(name)) === true) {
      for (const binding of quick) names.add(binding.name);
      bindings.push(...quick);
      continue;
    }
    const parsed = parse(part);
    const { contents } = parsed.document;
    if (parsed.problems.length > 0 || !lazyLibraries.yaml.isMap(contents) || contents.items.length !== part.count)
      return undefined;
    const reader = new TreeReader(parsed, problems, places);
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

/** Reads a file without a syntax tree. Undefined for a file with problems or unusual syntax. */
function readQuickly(text: string, at: YamlText["at"]): BindingFile | undefined {
  const document = quickRead(text) ?? {};
  if (!Object.keys(document).every((name) => topNames.has(name))) return undefined;
  const { bindings: found } = document;
  const entries = Array.isArray(found) ? found.map(listedEntry) : isRecord(found) ? Object.entries(found) : undefined;
  const bindings = entries && quickBindings(entries, placesInWhole(text, at));
  return bindings && { bindings, problems: [] };
}

function readWhole(text: string, at: YamlText["at"]): BindingFile {
  const parsed = parseYamlText(text, at);
  if (parsed.problems.length > 0) return { bindings: [], problems: parsed.problems };
  const problems: FileProblem[] = [];
  return { bindings: new TreeReader(parsed, problems, placesInWhole(text, at)).read(), problems };
}

/** Finds places in a file that is parsed as a whole. */
function placesInWhole(text: string, at: YamlText["at"]): BindingPlaces {
  const again = rememberLast((whole: string) => parseYamlText(whole, at));
  return new BindingPlaces(() => ({ ...again(text), bindings: again(text).document.get("bindings", true) }));
}

/** The name and the value of a binding; undefined if it is not valid. */
type QuickEntry = readonly [name: string, value: unknown];

/** Returns a binding in a list, where the name is one of the fields. */
function listedEntry(value: unknown): QuickEntry {
  const fields: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  const { name } = fields;
  for (const own of ownFields) delete fields[own];
  return typeof name === "string" ? [name, fields] : ["", undefined];
}

/**
 * Returns the bindings of a file that was read without a syntax tree. Undefined if one has a problem, since only the
 * parser reports where it is.
 */
function quickBindings(entries: readonly QuickEntry[], places: BindingPlaces): readonly FileBinding[] | undefined {
  const bindings: FileBinding[] = [];
  for (const [index, [name, value]] of entries.entries()) {
    if (!isRecord(value) || !Object.keys(value).every(isFieldName)) return undefined;
    bindings.push({
      name,
      fields: value,
      get place() {
        return places.start(index);
      },
      placeOf: (field, at) => places.find(index, field, at) ?? places.start(index),
    });
  }
  return bindings;
}

/** Returns a function that does not run again if its argument is the same as in the last call. */
function rememberLast<A, R extends object>(run: (argument: A) => R): (argument: A) => R {
  let last: { readonly argument: A; readonly result: R } | undefined;
  return (argument) => {
    if (last?.argument !== argument) last = { argument, result: run(argument) };
    return last.result;
  };
}
