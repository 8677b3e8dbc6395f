import type { Event, ScalarEvent, Schema } from "js-yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import { isRecord } from "../target/transport.js";
import { EnvReference, isVariableName } from "./env-reference.js";

/**
 * Control characters, including tabs and single carriage returns, and Unicode line breaks, which the libraries `yaml`
 * and js-yaml read differently.
 */
const unusual = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** Document markers, `\` at the end of a line, and escapes that may be beyond Unicode. */
const ambiguous = /^ *(?:---|\.\.\.)(?: |$)|\\(?:$|U)/m;

/** Maximum nesting depth, not above that of `parseYamlText`, which reports where a file is nested too deeply. */
const maxDepth = 70;

/** Maximum length of a key with the spaces before its colon: `yaml` refuses those above 1,024. */
const maxKeyLength = 1_000;

/**
 * Reads a map in JSON, or in YAML with js-yaml, which takes a tenth of the time of `yaml` and creates no tree.
 * Undefined for input that has a problem, or that the two libraries might read differently: the caller then parses it
 * with `yaml`, which reports the place of each problem.
 */
export function quickRead(written: string): Readonly<Record<string, unknown>> | undefined {
  const text = written.replaceAll("\r\n", "\n");
  if (unusual.test(text)) return undefined;
  return readJson(text) ?? readYaml(text);
}

/** Matches a JSON string and, if it is a key, the colon after it. */
const jsonString = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/**
 * Reads a JSON object without js-yaml. Undefined for any other input, and for an object with a repeated key, a key that
 * is a number, or deeper nesting than {@link maxDepth}.
 */
function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    let written = 0;
    for (const [, colon] of text.matchAll(jsonString)) if (colon !== undefined) written += 1;
    return isRecord(value) && countKeys(value, 1) === written ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns the number of keys of a value, at any depth.
 *
 * @throws {RangeError} for deep nesting, and for keys that objects reorder
 */
function countKeys(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > maxDepth) throw new RangeError("It is nested too deeply.");
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  if (keys.some((key) => /^\d+$/.test(key))) throw new RangeError("A key is a number.");
  return Object.values(value).reduce<number>((sum, inner) => sum + countKeys(inner, depth + 1), keys.length);
}

function readYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  if (ambiguous.test(text) || mayHaveCommentInFlow(text)) return undefined;
  const { parseEvents, constructFromEvents } = lazyLibraries.jsYaml;
  try {
    const events = parseEvents(text, { maxDepth });
    if (!isPlain(events, text)) return undefined;
    const [map] = constructFromEvents(events, { source: text, schema: quickSchema() });
    return isRecord(map) && !(map instanceof EnvReference) ? map : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether a document may have comments in column 1 within `[]` and `{}`, which `yaml` refuses. */
function mayHaveCommentInFlow(text: string): boolean {
  const first = text.search(/[[{]/);
  return first >= 0 && text.lastIndexOf("\n#") > first;
}

/** Returns whether the parsed file contains nothing that the libraries read differently. */
function isPlain(events: readonly Event[], text: string): boolean {
  const { EVENT_ID, COLLECTION_STYLE } = lazyLibraries.jsYaml;
  /** For each open block map, whether a key comes next; undefined for other collections. */
  const open: (boolean | undefined)[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const isKey = open.at(-1);
    if (isKey !== undefined) open[open.length - 1] = !isKey;
    if (event.type === EVENT_ID.ALIAS) return false;
    if (event.type === EVENT_ID.DOCUMENT) {
      if (event.directives.length > 0) return false;
      open.push(undefined);
      continue;
    }
    const { anchorStart, tagStart, tagEnd } = event;
    if (anchorStart >= 0 || (tagStart >= 0 && text.slice(tagStart, tagEnd) !== "!env")) return false;
    if (event.type === EVENT_ID.SCALAR) {
      if (!isPlainScalar(event, text) || (isKey === true && !isPlainKey(event, text))) return false;
    } else if (event.type === EVENT_ID.SEQUENCE) open.push(undefined);
    else if (event.style === COLLECTION_STYLE.BLOCK) open.push(true);
    // a map in flow style has braces, except in a list such as `[a: b]`
    else if (text[event.start] === "{") open.push(undefined);
    else return false;
  }
  return true;
}

/**
 * Returns whether both libraries read a scalar alike. They read block scalars with an explicit indentation, or with
 * spaces on empty lines, differently.
 */
function isPlainScalar({ style, valueStart, valueEnd }: ScalarEvent, text: string): boolean {
  const { SCALAR_STYLE } = lazyLibraries.jsYaml;
  if (style !== SCALAR_STYLE.LITERAL_BLOCK && style !== SCALAR_STYLE.FOLDED_BLOCK) return true;
  const header = text.slice(text.lastIndexOf("\n", valueStart - 2) + 1, valueStart);
  return !/[|>][-+]?\d/.test(header) && !/^ +$/m.test(text.slice(valueStart, valueEnd));
}

/**
 * Returns whether `yaml` reads a key like js-yaml. It refuses a key that is too long, and the rest of a line after a
 * quoted list item, which js-yaml reads as a key.
 */
function isPlainKey({ valueStart, valueEnd }: ScalarEvent, text: string): boolean {
  const before = text.slice(text.lastIndexOf("\n", valueStart - 1) + 1, valueStart);
  const colon = /["']? *:/y;
  colon.lastIndex = valueEnd;
  colon.test(text);
  return /^ *(?:[-?:] +)*["']?$/.test(before) && colon.lastIndex - valueStart <= maxKeyLength;
}

let schema: Schema | undefined;

/**
 * Returns the core schema of YAML 1.2 with `!env`. It only allows keys that are strings, and refuses keys such as "1",
 * which objects move before all others.
 */
function quickSchema(): Schema {
  const library = lazyLibraries.jsYaml;
  const { CORE_SCHEMA, defineMappingTag, defineScalarTag, floatCoreTag, mapTag } = library;
  schema ??= CORE_SCHEMA.withTags(
    defineScalarTag<EnvReference>("!env", {
      resolve: (source) => (isVariableName(source) ? new EnvReference(source) : library.NOT_RESOLVED),
      identify: () => false,
    }),
    // `yaml` reads a number such as 1e400 as infinity, and js-yaml as a string
    defineScalarTag<never>("!infinite", {
      implicit: true,
      implicitFirstChars: floatCoreTag.implicitFirstChars,
      resolve: (source) => {
        if (Math.abs(Number(source)) === Number.POSITIVE_INFINITY) throw new RangeError("The number is too large.");
        return library.NOT_RESOLVED;
      },
      identify: () => false,
    }),
    defineMappingTag(mapTag.tagName, {
      ...mapTag,
      addPair: (map, key, value) =>
        typeof key === "string" && !/^\d+$/.test(key)
          ? mapTag.addPair(map, key, value)
          : "The key is not a plain string.",
    }),
  );
  return schema;
}
