import { call } from "./http.ts";

/** Gives several bindings their places, in one change. */
export async function orderBindings(
  order: readonly { readonly id: number; readonly ordering: number }[],
): Promise<void> {
  await call("POST", "/order", { body: { order } });
}
