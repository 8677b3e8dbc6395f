import type { Document, Node, Pair, YAMLMap } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";
import { nearest } from "../nearest.js";
import { problemMessage } from "../problem-message.js";
import { type FileBinding, fieldNames, isFieldName, ownFields, topNames } from "./binding-fields.js";
import type { BindingPlaces } from "./binding-places.js";
import type { FileProblem } from "./problem-list.js";
import { writtenSize } from "./references.js";
import { keyOf, placeOfNode, resolved, type YamlText } from "./yaml-text.js";

/** The parser refuses more references than this: with more, a short file could represent billions of values. */
const maxAliases = 1_000;

/** Maximum number of characters that a file with references can represent: more than the management API accepts. */
const maxWritten = 16 * 1024 * 1024;

/** Reads the bindings of a file or a part of it from the parser's syntax tree. */
export class TreeReader {
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

  /** Reads the bindings of a whole file. */
  read(): readonly FileBinding[] {
    const { contents } = this.document;
    if (!lazyLibraries.yaml.isMap(contents)) {
      this.refuse(
        contents,
        problemMessage('the file does not contain "bindings"', "an object with the bindings by their names"),
      );
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

  /** Reads one binding, from its name and its fields. */
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
    // an earlier binding has reported that the file is too long
    if (this.left <= 0) return undefined;
    try {
      fields = map.toJS(this.document, { maxAliasCount: maxAliases });
    } catch (error) {
      this.refuse(place, error instanceof Error ? error.message : String(error), name);
      return undefined;
    }
    if (this.hasReferences) this.left -= writtenSize(fields, this.left);
    if (this.left <= 0) {
      this.refuse(place, `with its references resolved, the file is longer than ${maxWritten} characters`, name);
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

function unknownName(name: string, allowed: readonly string[]): string {
  const near = nearest(name, allowed);
  return problemMessage(
    `there is no such field${near === undefined ? "" : `. Did you mean "${near}"?`}`,
    allowed.join(", "),
    name,
  );
}
