import { isRecord } from "../target/transport.js";
import type { PlainEntry } from "./plain-yaml.js";

/** Objects and lists in one another. */
const maxDepth = 64;

/** A file in JSON. */
export interface PlainJson {
  /** The names of its fields. */
  readonly fields: readonly string[];
  /** The bindings in their order; in a list, their names are fields like others. */
  readonly bindings: readonly PlainEntry[];
  readonly listed: boolean;
}

/**
 * Reads a file in JSON without the tree that the YAML parser makes of it. Undefined for anything else, and for keys that occur
 * twice: the parser says where.
 */
export function readPlainJson(text: string): PlainJson | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const bindings = isRecord(document) ? document.bindings : undefined;
  const found = bindingsIn(text);
  if (!isRecord(document) || typeof bindings !== "object" || bindings === null || found === undefined) return undefined;
  const listed = Array.isArray(bindings);
  const values: readonly unknown[] = listed ? bindings : found.map(({ name }) => (bindings as PlainJsonMap)[name]);
  if (values.length !== found.length) return undefined;
  const entries = found.map((entry, index) => ({ ...entry, value: values[index] }));
  return { fields: Object.keys(document), bindings: entries, listed };
}

type PlainJsonMap = Readonly<Record<string, unknown>>;

/** An object or a list that is not closed yet. */
interface Open {
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined;
  /** Whether it is the value of `bindings` at the top. */
  readonly holdsBindings: boolean;
  key: string;
  /** Whether a key, or an item of a list, may begin here. */
  begins: boolean;
}

/** Where the bindings begin in text that is JSON; undefined for repeated keys and deep nesting. */
function bindingsIn(text: string): readonly PlainEntry[] | undefined {
  const found: PlainEntry[] = [];
  const open: Open[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    const inner = open.at(-1);
    if (letter === "{" || letter === "[") {
      if (open.length === maxDepth) return undefined;
      if (inner?.holdsBindings === true && inner.keys === undefined)
        found.push({ name: "", value: undefined, offset: at });
      const holdsBindings = open.length === 1 && inner?.key === "bindings";
      open.push({ keys: letter === "{" ? new Set() : undefined, holdsBindings, key: "", begins: true });
    } else if (letter === "}" || letter === "]") open.pop();
    else if (letter === "," && inner) inner.begins = true;
    else if (letter === '"') {
      const start = at;
      for (at += 1; text[at] !== '"'; at++) if (text[at] === "\\") at += 1;
      if (inner?.keys === undefined || !inner.begins) continue;
      inner.begins = false;
      inner.key = JSON.parse(text.slice(start, at + 1)) as string;
      if (inner.keys.has(inner.key) || inner.key === "__proto__") return undefined;
      inner.keys.add(inner.key);
      if (inner.holdsBindings) found.push({ name: inner.key, value: undefined, offset: start });
    }
  }
  return found;
}
