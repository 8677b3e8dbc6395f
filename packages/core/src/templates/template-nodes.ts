import { BookendError } from "../contracts/errors.js";
import type { Escape } from "./template.js";

/** A part of a parsed string: literal text, a value, or a block. */
export type TemplateNode = string | ValueNode | BlockNode;

/** A tag, or inside `each` and `with`, the current entry or its position. */
export type ValueNode = { readonly tag: string } | { readonly local: keyof Local };

/** A Handlebars block. */
export interface BlockNode {
  readonly block: BlockName;
  readonly subject: ValueNode;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

/** The available blocks. */
export type BlockName = "if" | "unless" | "each" | "with";

/** The values of `{{this}}`, `{{@index}}`, `{{@first}}` and `{{@last}}`. */
export interface Local {
  /** The tag that the entry belongs to, since escaping may depend on it. */
  readonly tag: string;
  readonly this: string;
  readonly index: string;
  readonly first: string;
  readonly last: string;
}

/** The state of a rendering. */
export interface RenderState {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly escapeValue: Escape;
  readonly maxLength: number;
  text: string;
}

/**
 * Appends nodes to the result.
 *
 * @throws {BookendError} TEMPLATE_TOO_LONG, or any error that `escapeValue` throws
 */
export function renderNodes(nodes: readonly TemplateNode[], state: RenderState, local: Local | undefined): void {
  for (const node of nodes) {
    if (typeof node === "string") append(state, node);
    else if ("block" in node) renderBlock(node, state, local);
    else append(state, state.escapeValue(read(node, state, local), tagOf(node, local)));
  }
}

function append(state: RenderState, text: string): void {
  if (state.text.length + text.length > state.maxLength) {
    throw new BookendError("TEMPLATE_TOO_LONG", `The rendered text exceeds ${state.maxLength} characters.`);
  }
  state.text += text;
}

function renderBlock(
  { block, subject, body, otherwise }: BlockNode,
  state: RenderState,
  local: Local | undefined,
): void {
  const value = read(subject, state, local);
  const tag = tagOf(subject, local);
  const entries = block === "each" ? entriesOf(value) : [];
  const fulfilled = block === "each" ? entries.length > 0 : (value !== "") !== (block === "unless");
  if (!fulfilled) renderNodes(otherwise, state, local);
  else if (block === "with") renderNodes(body, state, { ...(local ?? noLocal), tag, this: value });
  else if (block !== "each") renderNodes(body, state, local);
  entries.forEach((entry, index) => {
    renderNodes(body, state, {
      tag,
      this: entry,
      index: String(index),
      first: index === 0 ? "true" : "",
      last: index === entries.length - 1 ? "true" : "",
    });
  });
}

const noLocal: Local = { tag: "", this: "", index: "", first: "", last: "" };

/** Splits the value of a tag into its entries: several serials are one value, joined by commas. */
function entriesOf(value: string): string[] {
  return value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function read(node: ValueNode, { values }: RenderState, local: Local | undefined): string {
  if ("local" in node) return local?.[node.local] ?? "";
  return (Object.hasOwn(values, node.tag) ? values[node.tag] : undefined) ?? "";
}

function tagOf(node: ValueNode, local: Local | undefined): string {
  return "local" in node ? (local?.tag ?? "") : node.tag;
}
