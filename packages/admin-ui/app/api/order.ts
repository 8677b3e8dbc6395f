import { call } from "./http.ts";

/** Gives several bindings their places, in one change. */
export async function orderBindings(
  order: readonly { readonly id: number; readonly ordering: number }[],
): Promise<void> {
  await call("POST", "/order", { body: { order } });
}

/** What became of one binding of many. */
export interface BulkOutcome {
  readonly id: number;
  readonly name: string;
  readonly outcome: "changed" | "unchanged" | "refused";
}

/** Changes many bindings, all or none. */
export async function changeMany(
  operation: "enable" | "disable" | "delete",
  ids: readonly number[],
): Promise<readonly BulkOutcome[]> {
  const { value } = await call<{ bindings: readonly BulkOutcome[] }>("POST", "/bulk", { body: { operation, ids } });
  return value.bindings;
}
