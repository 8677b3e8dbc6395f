import type { RecordedCall } from "@bookend/core";
import type { CallReader } from "./call-reader.js";
import { notFoundError } from "./errors.js";
import { missingFeatures } from "./features.js";

/** Returns the recorded call with this id. @throws {AdminError} 404 */
export async function recordedCall(calls: CallReader | undefined, id: string): Promise<RecordedCall> {
  if (!calls) throw notFoundError(missingFeatures.calls);
  const call = await calls.get(id);
  if (call) return call;
  throw notFoundError(`There is no recorded call ${JSON.stringify(id.slice(0, 100))}.`);
}
