import type { Call } from "../contracts/call.js";
import { valueAt } from "../internal/value-at.js";

/** Whether a call failed: its response has status 400 or above or `result.status` false, or its notes say so. */
export function hasFailed({ response, notes }: Pick<Call, "response" | "notes">): boolean {
  if (notes.failed === true) return true;
  return response !== undefined && (response.status >= 400 || valueAt(response.body, "result", "status") === false);
}
