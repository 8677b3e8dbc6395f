import { call } from "./http.ts";

/** Sets the ordering of several bindings in one change. */
export async function orderBindings(
  order: readonly { readonly id: number; readonly ordering: number }[],
): Promise<void> {
  await call("POST", "/order", { body: { order } });
}
