import type { Alias, Document, Node } from "yaml";
import { lazyLibraries } from "../lazy-libraries.js";

/**
 * Resolves all references (`*name`) in one pass. Otherwise, each reference would search the whole file, and again for
 * each value that is read from it.
 */
export function linkReferences(document: Document.Parsed): void {
  const { isAlias, isScalar, isCollection, visit } = lazyLibraries.yaml;
  const anchors = new Map<string, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) link(node, anchors.get(node.source));
      else if ((isScalar(node) || isCollection(node)) && node.anchor) anchors.set(node.anchor, node);
    },
  });
}

function link(alias: Alias, target: Node | undefined): void {
  const search = alias.resolve.bind(alias);
  const found = target === undefined ? [] : [target];
  alias.resolve = (document, context) =>
    context === undefined
      ? (target as ReturnType<Alias["resolve"]>)
      : search(document, Object.assign({ ...context }, { aliasResolveCache: found }));
}

/**
 * Returns the size of a value in characters and values when written out, at most `limit`. Parts that several references
 * share count each time.
 */
export function writtenSize(root: unknown, limit: number): number {
  let size = 0;
  const open: unknown[] = [root];
  while (open.length > 0 && size < limit) {
    const value = open.pop();
    size += 1;
    if (typeof value === "string") size += value.length;
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        size += name.length;
        open.push(inner);
      }
    }
  }
  return Math.min(size, limit);
}
