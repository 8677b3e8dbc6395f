import type { Call } from "../contracts/call.js";

/**
 * Returns whether a call failed: its response has status 400 or above or `result.status` false, or its notes indicate a
 * failure.
 */
export function hasFailed({ response, notes }: Pick<Call, "response" | "notes">): boolean {
  if (notes.failed === true) return true;
  return response !== undefined && (response.status >= 400 || saysFailed(response.body));
}

/**
 * Returns whether a body reports a failure. Only two properties are read, since this runs for every call with a post
 * binding.
 */
function saysFailed(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  const { result } = body as { readonly result?: unknown };
  return typeof result === "object" && result !== null && (result as { readonly status?: unknown }).status === false;
}
