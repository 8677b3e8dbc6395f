import type { Outbox } from "../contracts/outbox.js";
import { sendOnce } from "./try-delivery.js";

/** Sends each delivery once, immediately. The action succeeds if sending does. */
export function inlineOutbox(): Outbox {
  return {
    async submit(delivery, { kind, signal }) {
      const result = await sendOnce(kind, delivery, { signal, attempt: 1 });
      return result.status === "sent"
        ? { status: "done", details: { delivery: delivery.id, ...result.details } }
        : { status: "failed", reason: result.reason, details: { delivery: delivery.id } };
    },
  };
}
