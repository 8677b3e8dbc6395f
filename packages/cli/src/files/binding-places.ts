import type { Document, Node, YAMLMap } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import type { Place } from "./problem-list.js";
import { pairOf, placeOfNode, resolved, type YamlText } from "./yaml-text.js";

/**
 * Finds where bindings and their fields are. Since a parsed file is many times as large as its text, and most files have
 * no problem, it is not kept: the file is parsed again when a place is requested.
 */
export class BindingPlaces {
  /** The places where the bindings start; undefined until one is requested. */
  private starts: readonly Place[] | undefined;

  constructor(private readonly parse: () => YamlText & { readonly bindings: unknown }) {}

  /** Finds the place of the binding at this index: the place of its name or, in a list, of its first field. */
  start(index: number): Place {
    if (this.starts === undefined) {
      const { bindings, ...text } = this.parse();
      const nodes = lazyLibraries.yaml.isMap(bindings)
        ? bindings.items.map(({ key }) => key)
        : itemsOf(bindings).map((item) => resolved(text.document, item));
      this.starts = nodes.map((node) => placeOfNode(text, node));
    }
    return this.starts[index] ?? this.parse().at(0);
  }

  /**
   * Finds the place of a field of the binding at this index, or of the deepest part of its path that the file contains.
   */
  find(index: number, field: string, at: "name" | "value"): Place | undefined {
    const { bindings, ...text } = this.parse();
    const map = resolved(text.document, itemsOf(bindings)[index]);
    const node = lazyLibraries.yaml.isMap(map) ? findNode(text.document, map, field, at) : undefined;
    return node === undefined ? undefined : placeOfNode(text, node);
  }
}

/** Returns the values of a map, or the items of a list. */
function itemsOf(bindings: unknown): readonly unknown[] {
  if (lazyLibraries.yaml.isMap(bindings)) return bindings.items.map(({ value }) => value);
  return lazyLibraries.yaml.isSeq(bindings) ? bindings.items : [];
}

function findNode(document: Document, map: YAMLMap, field: string, at: "name" | "value"): Node | undefined {
  const [first = "", ...rest] = field.split(".");
  const pair = pairOf(map, first);
  if (!pair) return undefined;
  const value = resolved(document, pair.value);
  const inner = rest.length > 0 && lazyLibraries.yaml.isMap(value) ? findInner(value, rest.join("."), at) : undefined;
  return inner ?? ((at === "name" || rest.length > 0 ? pair.key : (pair.value ?? pair.key)) as Node);
}

/**
 * Returns the node for the longest beginning of a path that exists in a map. The whole path is tried first, since names
 * of options and conditions can contain dots.
 */
function findInner(map: YAMLMap, name: string, at: "name" | "value"): Node | undefined {
  const pair = pairOf(map, name);
  if (pair) return (at === "name" ? pair.key : (pair.value ?? pair.key)) as Node;
  return name.includes(".") ? findInner(map, name.slice(0, name.lastIndexOf(".")), at) : undefined;
}
