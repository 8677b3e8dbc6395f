import type { AnyDeliveryKind } from "@bookend/core";
import { isUnreadable, unreadableReason } from "./delivery-meta.js";
import type { DeliveryHead } from "./delivery-row.js";

/**
 * Returns the reason why this process cannot send a waiting delivery, whenever it is due; undefined if it can. An
 * outbox without any kinds, such as that of a command line, only notices damaged records.
 */
export function obstacleOf(
  row: Pick<DeliveryHead, "kind" | "meta" | "version">,
  kinds: ReadonlyMap<string, AnyDeliveryKind>,
): string | undefined {
  if (isUnreadable(row)) return unreadableReason;
  if (kinds.size === 0) return undefined;
  const kind = kinds.get(row.kind);
  if (kind === undefined) return `this process has no handler that sends ${row.kind}`;
  const { version = 1 } = kind;
  if (row.version <= version) return undefined;
  return `its payload has the version ${row.version}; this process can send versions up to ${version}`;
}
