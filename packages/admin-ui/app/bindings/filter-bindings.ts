import type { Binding } from "../api/bindings.ts";
import type { Language } from "../i18n/i18n.ts";
import { conditionsInWords } from "../words/conditions-in-words.ts";

/** Columns that the table can be sorted by. */
export const sortColumns = ["order", "name", "event", "module", "run", "failures"] as const;

/** A column that the table can be sorted by. */
export type SortColumn = (typeof sortColumns)[number];

/** The search parameters of the table: its filters and its order. */
export interface BindingFilters {
  readonly search?: string;
  readonly event?: string;
  readonly module?: string;
  readonly position?: "pre" | "post";
  readonly active?: "yes" | "no";
  /** A column; with a leading `-`, in descending order. */
  readonly sort?: string;
}

/** Reads filters from an address; values that are not valid are ignored. */
export function readBindingFilters(search: Record<string, unknown>): BindingFilters {
  const text = (value: unknown) => {
    const string = typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "";
    return string === "" ? undefined : string;
  };
  const sort = text(search.sort);
  const found = {
    search: text(search.search),
    event: text(search.event),
    module: text(search.module),
    position: search.position === "pre" || search.position === "post" ? search.position : undefined,
    active: search.active === "yes" || search.active === "no" ? search.active : undefined,
    sort: sortColumns.some((column) => sort === column || sort === `-${column}`) ? sort : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** When a binding ran last, as an ISO time, and how often it failed in the last 7 days. */
export interface Runs {
  readonly last: string | undefined;
  readonly failures: number;
}

/** The runs of bindings, by id. */
export type RunsById = ReadonlyMap<number, Runs>;

/** A binding with the text that is shown and searched. */
export interface BindingRow {
  readonly binding: Binding;
  readonly conditions: string;
  /** The text that is searched, in lower case. */
  readonly searched: string;
}

/** Prepares bindings for the table; done once for all searches. */
export function rowsOf(bindings: readonly Binding[], language: Language): readonly BindingRow[] {
  return bindings.map((binding) => {
    const conditions = conditionsInWords(binding.conditions, language);
    const { id, name, event, handlermodule, action } = binding;
    const searched = [`#${id}`, name, ...event, handlermodule, action, conditions].join("\n").toLowerCase();
    return { binding, conditions, searched };
  });
}

/** Returns the matching rows, sorted. A row must contain all words of the search. */
export function filterRows(
  rows: readonly BindingRow[],
  filters: BindingFilters,
  runs: RunsById | undefined,
): readonly BindingRow[] {
  const { search = "", event, module, position, active, sort = "order" } = filters;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter(
    ({ binding, searched }) =>
      (event === undefined || binding.event.includes(event)) &&
      (module === undefined || binding.handlermodule === module) &&
      (position === undefined || binding.position === position) &&
      (active === undefined || binding.active === (active === "yes")) &&
      words.every((word) => searched.includes(word)),
  );
  if (sort === "order") return found;
  const column = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const keyed = found.map((row) => ({ row, key: sortKey(row.binding, column, runs?.get(row.binding.id)) }));
  const collator = new Intl.Collator(undefined, { numeric: true });
  keyed.sort((one, other) => {
    if (typeof one.key === "number" && typeof other.key === "number") return sign * (one.key - other.key);
    return sign * collator.compare(String(one.key), String(other.key));
  });
  return keyed.map(({ row }) => row);
}

function sortKey(
  { name, event, handlermodule, action, ordering }: Binding,
  column: string,
  runs: Runs | undefined,
): string | number {
  if (column === "run") return runs?.last === undefined ? 0 : Date.parse(runs.last);
  if (column === "failures") return runs?.failures ?? 0;
  if (column === "name") return name;
  if (column === "event") return event.join(", ");
  if (column === "module") return `${handlermodule} ${action}`;
  return ordering;
}
