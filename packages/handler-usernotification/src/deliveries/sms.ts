import { type DeliveryKind, defineDelivery } from "@bookend/core";
import type { Named } from "../named.js";
import { codeOf, sendFailure } from "../send-failure.js";
import type { SmsGateway } from "../sms-gateway.js";
import { tryLimitMs } from "./try-limit.js";

/** A short message that waits to be sent. */
export interface SmsPayload {
  readonly gateway: string;
  readonly to: string;
  readonly text: string;
}

/** User attribute that the number of a short message is read from. */
export const mobileAttribute = "mobile";

/** Sends short messages. A receiver cannot tell a repeated one, so one whose answer was lost is not sent again. */
export function smsDelivery(gateways: Named<SmsGateway>): DeliveryKind<SmsPayload> {
  return defineDelivery({
    name: "sms",
    destination: ({ gateway }) => `sms:${gateway}`.slice(0, 200),
    summary: ({ to }) => `SMS to …${to.slice(-3)}`,
    retry: { whenUncertain: "stop", timeoutMs: tryLimitMs() },
    async send({ payload: { gateway, to, text } }, { signal }) {
      const found = await gateways.find(gateway);
      if (!found) return { status: "failed", reason: `there is no SMS gateway ${JSON.stringify(gateway)}` };
      try {
        await found.send({ to, text, signal });
        return { status: "sent" };
      } catch (error) {
        const failure = sendFailure(error, `SMS gateway ${JSON.stringify(gateway)}`);
        if (codeOf(error) !== "INVALID_NUMBER") return failure;
        return { ...failure, reason: `the attribute "${mobileAttribute}" cannot be used: ${failure.reason}` };
      }
    },
  });
}
