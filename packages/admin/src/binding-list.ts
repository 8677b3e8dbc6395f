import { createHash } from "node:crypto";
import type { Binding, Bookend, Registry } from "@bookend/core";
import { z } from "zod";
import { itemOf } from "./binding-item.js";
import { choiceParameter, flagParameter, integerParameter, listParameter, textParameter } from "./read-parameters.js";

/** Parameters that select bindings. */
export const bindingFilter = z.strictObject({
  search: textParameter()
    .optional()
    .describe("Words that must all occur in the name, events, module, action, conditions or options."),
  event: listParameter("event", textParameter(), 1_000).optional(),
  handlermodule: textParameter().optional(),
  action: textParameter().optional(),
  position: choiceParameter(["pre", "post"]).optional(),
  active: flagParameter().optional(),
  problems: flagParameter().optional().describe("Whether the binding is broken and cannot run."),
});

/** A parsed filter of bindings. */
export type BindingFilter = z.output<typeof bindingFilter>;

const columns = ["name", "ordering", "id", "event", "handlermodule", "action", "position", "active"] as const;
type Column = (typeof columns)[number];

/** Parameters of the list of bindings. */
export const bindingListParameters = bindingFilter.extend({
  sort: choiceParameter([...columns, ...columns.map((column) => `-${column}` as const)]).optional(),
  page: integerParameter(1, 1_000_000).optional(),
  page_size: integerParameter(1, 1_000).optional(),
});

/** Returns the bindings that match, in the order in which they run. */
export async function selectBindings(bookend: Bookend, filter: BindingFilter): Promise<readonly Binding[]> {
  const bindings = await bookend.bindings.list();
  const broken = filter.problems === undefined ? undefined : await bookend.bindings.problems();
  const words =
    filter.search
      ?.toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "") ?? [];
  return bindings.filter(
    (binding) =>
      matches(binding, filter) &&
      (broken === undefined || broken.has(binding.id) === filter.problems) &&
      (words.length === 0 || hasWords(textOf(binding, bookend.registry), words)),
  );
}

function matches(binding: Binding, { event, handlermodule, action, position, active }: BindingFilter): boolean {
  return (
    (event === undefined || event.some((name) => binding.events.includes(name))) &&
    (handlermodule === undefined || binding.handler === handlermodule) &&
    (action === undefined || binding.action === action) &&
    (position === undefined || binding.position === position) &&
    (active === undefined || binding.active === active)
  );
}

function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

const textsOf = new WeakMap<Registry, WeakMap<Binding, string>>();

/**
 * Returns the searchable text of a binding, built once per binding. It contains only what the API shows, hence no
 * secrets.
 */
function textOf(binding: Binding, registry: Registry): string {
  let texts = textsOf.get(registry);
  if (!texts) {
    texts = new WeakMap();
    textsOf.set(registry, texts);
  }
  let text = texts.get(binding);
  if (text === undefined) {
    const { name, event, handlermodule, action, conditions, options } = itemOf(binding, registry);
    text = [name, ...event, handlermodule, action, ...stringsIn(conditions), ...stringsIn(options)]
      .join("\n")
      .toLowerCase();
    texts.set(binding, text);
  }
  return text;
}

function stringsIn(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).map(
    ([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}

/**
 * Sorts by a column, in descending order if its name begins with `-`. Bindings with equal values stay in the order in
 * which they run.
 */
export function sortBindings(bindings: readonly Binding[], sort: string | undefined): readonly Binding[] {
  if (sort === undefined) return bindings;
  const descending = sort.startsWith("-");
  const key = keys[(descending ? sort.slice(1) : sort) as Column];
  const keyed = bindings.map((binding) => ({ binding, key: key(binding) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => sign * compare(a.key, b.key));
  return keyed.map(({ binding }) => binding);
}

const keys: { readonly [C in Column]: (binding: Binding) => string | number } = {
  name: ({ name }) => name.toLowerCase(),
  ordering: ({ ordering }) => ordering,
  id: ({ id }) => id,
  event: ({ events }) => events.join(","),
  handlermodule: ({ handler }) => handler.toLowerCase(),
  action: ({ action }) => action.toLowerCase(),
  position: ({ position }) => (position === "pre" ? 0 : 1),
  active: ({ active }) => (active ? 0 : 1),
};

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Returns a hash of the ids and revisions of all bindings, which changes whenever a binding changes. */
export function revisionOfAll(bindings: readonly Binding[]): string {
  const hash = createHash("sha256");
  for (const { id, revision } of [...bindings].sort((a, b) => a.id - b.id)) hash.update(`${id}:${revision},`);
  return hash.digest("base64url").slice(0, 16);
}
