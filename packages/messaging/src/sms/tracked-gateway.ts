import { MessagingError } from "../errors.js";
import type { ShortMessage, SmsGateway, SmsReceipt } from "./sms-gateway.js";

/** Makes a gateway of what sends: one that knows what is being sent, and takes no more once it is closed. */
export function trackedGateway(
  kind: SmsGateway["kind"],
  send: (message: ShortMessage) => Promise<SmsReceipt>,
  end: () => Promise<void> = async () => {},
): SmsGateway {
  const sending = new Set<Promise<SmsReceipt>>();
  let closed = false;
  return {
    kind,
    async send(message) {
      if (closed) throw new MessagingError("CLOSED", "The SMS gateway is closed.");
      const sent = send(message);
      sending.add(sent);
      try {
        return await sent;
      } finally {
        sending.delete(sent);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(sending);
      await end();
    },
  };
}
