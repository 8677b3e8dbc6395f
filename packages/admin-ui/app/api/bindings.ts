import { queryOptions } from "@tanstack/react-query";
import { firstCount } from "./ahead.ts";
import { type Answer, ApiError, call, type Problem } from "./http.ts";

/** A binding, as the management API shows it. */
export interface Binding {
  readonly id: number;
  readonly revision: number;
  readonly name: string;
  readonly active: boolean;
  readonly event: readonly string[];
  readonly handlermodule: string;
  readonly action: string;
  readonly position: string;
  readonly ordering: number;
  readonly abort_on_error: boolean;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly delivery?: string;
}

/** The fields of a binding that are sent in order to save it. */
export type BindingFields = Partial<Omit<Binding, "id" | "revision">>;

/** Lists all bindings, in the order in which they run. */
export async function listBindings(signal?: AbortSignal): Promise<readonly Binding[]> {
  return (await call<readonly Binding[]>("GET", "/", { signal })).value;
}

/** The first bindings and the total number: the list shows these while the others are loading. */
export const firstBindingsQuery = queryOptions({
  // begins with the key of bindingsQuery, so that invalidating that query also invalidates this one
  queryKey: ["bindings", "first"],
  async queryFn({ signal }) {
    const query = { page_size: firstCount };
    const { value: bindings, detail } = await call<readonly Binding[]>("GET", "/", { query, signal });
    return { bindings, count: Number(detail.count) };
  },
});

/** All bindings, in the cache of the pages. If the first page contains all of them, they are not requested again. */
export const bindingsQuery = queryOptions({
  queryKey: ["bindings"],
  async queryFn({ client, queryKey, signal }) {
    if (client.getQueryData(queryKey) === undefined && client.getQueryData(firstBindingsQuery.queryKey)) {
      const { bindings, count } = await client.fetchQuery(firstBindingsQuery);
      if (bindings.length === count) return bindings;
    }
    return listBindings(signal);
  },
});

/** Returns one stored binding. */
export async function getBinding(id: number, signal?: AbortSignal): Promise<Binding> {
  const [binding] = (await call<readonly Binding[]>("GET", `/${id}`, { signal, exact: true })).value;
  if (!binding) throw new ApiError(404, `There is no binding ${id}.`);
  return binding;
}

/** Adds a binding, or changes the one with `id`; returns its id and warnings. */
export async function saveBinding(
  fields: BindingFields & { id?: number; revision?: number | undefined; clear_options?: boolean },
): Promise<{ id: number; warnings: readonly Problem[] }> {
  const { value, detail }: Answer<number> = await call("POST", "/", { body: fields });
  return { id: value, warnings: (detail.warnings as readonly Problem[] | undefined) ?? [] };
}

/** Adds an inactive copy of a binding with its secrets; the server chooses its name. */
export async function copyBinding(id: number): Promise<Binding> {
  return (await call<Binding>("POST", `/${id}/copy`)).value;
}

/** Switches a binding on or off. */
export async function setActive({ id, revision }: Pick<Binding, "id" | "revision">, active: boolean): Promise<void> {
  await call("POST", `/${active ? "enable" : "disable"}/${id}`, { body: { revision } });
}

/** Deletes a binding. */
export async function deleteBinding({ id, revision }: Pick<Binding, "id" | "revision">): Promise<void> {
  await call("DELETE", `/${id}`, { query: { revision } });
}

/** Enables, disables or deletes several bindings: either all or none. Returns how many changed. */
export async function changeBindings(
  operation: "enable" | "disable" | "delete",
  ids: readonly number[],
): Promise<number> {
  const { value } = await call<{ bindings: readonly { outcome: string }[] }>("POST", "/bulk", {
    body: { operation, ids },
  });
  return value.bindings.filter(({ outcome }) => outcome === "changed").length;
}

/** Returns the problems with the fields of a binding, without saving them. */
export async function checkBinding(fields: object, signal?: AbortSignal): Promise<readonly Problem[]> {
  const { value } = await call<{ problems: readonly Problem[] }>("POST", "/check", { body: fields, signal });
  return value.problems;
}
