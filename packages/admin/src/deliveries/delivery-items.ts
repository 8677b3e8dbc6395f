import type { DeliveryAttempt, DeliveryReceipt, DeliveryRecord, Destination } from "@bookend/core";

/** Returns a delivery as the API shows it. */
export function deliveryItem(delivery: DeliveryRecord) {
  const { bindingId, bindingName, callId, due, created, ended, receipt, ...rest } = delivery;
  return {
    ...rest,
    due: due.toISOString(),
    created: created.toISOString(),
    ...(ended && { ended: ended.toISOString() }),
    ...(receipt && { receipt: receiptItem(receipt) }),
    binding_id: bindingId,
    binding_name: bindingName,
    call: callId,
  };
}

function receiptItem({ at, ...rest }: DeliveryReceipt) {
  return { ...rest, time: at.toISOString() };
}

/** Returns an attempt as the API shows it. */
export function attemptItem({ time, durationMs, ...rest }: DeliveryAttempt) {
  return { ...rest, time: time.toISOString(), duration_ms: durationMs };
}

/** Returns a destination as the API shows it. */
export function destinationItem({ pausedUntil, oldestWaiting, ...rest }: Destination) {
  return {
    ...rest,
    ...(pausedUntil && { paused_until: pausedUntil.toISOString() }),
    ...(oldestWaiting && { oldest_waiting: oldestWaiting.toISOString() }),
  };
}
