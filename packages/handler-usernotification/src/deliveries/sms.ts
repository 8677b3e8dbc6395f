import { type DeliveryKind, defineDelivery } from "@bookend/core";
import type { Named } from "../named.js";
import { codeOf, sendFailure } from "../send-failure.js";
import type { SmsGateway } from "../sms-gateway.js";
import { tryLimitMs } from "./try-limit.js";

/** A short message to be sent. */
export interface SmsPayload {
  readonly gateway: string;
  readonly to: string;
  readonly text: string;
}

/** Returns the delivery destination of a gateway, which is also used to match delivery receipts to messages. */
export function smsDestination(gateway: string): string {
  return `sms:${gateway}`.slice(0, 200);
}

/** The user attribute with the phone number. */
export const mobileAttribute = "mobile";

/**
 * Sends short messages. Since recipients cannot recognize a repeated message, a message is not sent again if the
 * response was lost.
 */
export function smsDelivery(gateways: Named<SmsGateway>): DeliveryKind<SmsPayload> {
  return defineDelivery({
    name: "sms",
    destination: ({ gateway }) => smsDestination(gateway),
    summary: ({ to }) => `SMS to …${to.slice(-3)}`,
    retry: { whenUncertain: "stop", timeoutMs: tryLimitMs() },
    async send({ payload: { gateway, to, text } }, { signal, receipts }) {
      const found = await gateways.find(gateway);
      if (!found) return { status: "failed", reason: `there is no SMS gateway ${JSON.stringify(gateway)}` };
      try {
        const references = receiptIdsOf(await found.send({ to, text, signal, ...(receipts && { receipt: true }) }));
        return { status: "sent", ...(references && { references }) };
      } catch (error) {
        const failure = sendFailure(error, `SMS gateway ${JSON.stringify(gateway)}`);
        if (codeOf(error) !== "INVALID_NUMBER") return failure;
        return { ...failure, reason: `the attribute "${mobileAttribute}" cannot be used: ${failure.reason}` };
      }
    },
  });
}

/** Returns the ids that the gateway's reports about a message will contain, if it returned any. */
function receiptIdsOf(result: unknown): readonly string[] | undefined {
  const ids = (result as { receiptIds?: unknown } | null | undefined)?.receiptIds;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : undefined;
}
