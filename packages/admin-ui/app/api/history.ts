import type { HistoryEntry } from "@bookend/client";
import { ApiError, call } from "./http.ts";

/** Reads a page of the changes of all bindings, or of the binding with `id`, newest first. */
export async function readHistory(
  { id, page }: { readonly id?: number | undefined; readonly page: number },
  signal?: AbortSignal,
): Promise<readonly HistoryEntry[]> {
  const path = id === undefined ? "/history" : `/${id}/history`;
  return (await call<readonly HistoryEntry[]>("GET", path, { query: { page }, signal })).value;
}

/** Restores a deleted binding, with its id, secrets and history. */
export async function bringBack(id: number): Promise<void> {
  const entries = await readHistory({ id, page: 1 });
  const removal = entries.find(({ bindings }) => bindings.some((one) => one.id === id && one.after === null));
  if (!removal) throw new ApiError(404, `The history has no deletion of binding ${id}.`);
  await restoreBinding(id, { entry: removal.entry, side: "before" });
}

/** Restores a binding to its state before or after a change. */
export async function restoreBinding(
  id: number,
  fields: { readonly entry: number; readonly side: "before" | "after"; readonly revision?: number },
): Promise<void> {
  await call("POST", `/${id}/restore`, { body: fields });
}
