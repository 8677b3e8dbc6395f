import { type DeliveryKind, defineAction, failed, secretIsKept, secretTagProblems } from "@bookend/core";
import type { BodySource } from "../body.js";
import { defaultTexts } from "../default-texts.js";
import { mobileAttribute, type SmsPayload } from "../deliveries/sms.js";
import { tryLimitOf } from "../deliveries/try-limit.js";
import type { Named } from "../named.js";
import { scheduleOf, sendsmsOptions } from "../options.js";
import { attribute, attributeFault } from "../recipients.js";
import { refusable } from "../refusal.js";
import type { SmsGateway } from "../sms-gateway.js";

/** The dependencies of `sendsms`. */
export interface SendsmsServices {
  readonly gateways: Named<SmsGateway>;
  readonly sms: DeliveryKind<SmsPayload>;
  readonly bodies: BodySource;
}

/** `sendsms`: sends a short message to the token owner. */
export function sendsms({ gateways, sms, bodies }: SendsmsServices) {
  return defineAction({
    description: "Sends a short message.",
    options: sendsmsOptions,
    changes: [],
    choices: { smsconfig: () => gateways.names() },
    deliveries: [sms.name],
    async check({ options, binding }) {
      if (!options.body) return [];
      const { template, problems } = await bodies.check(options.body);
      const kept = secretIsKept(binding, { option: "max_age", maxAgeMs: options.max_age });
      return [
        ...problems,
        ...secretTagProblems("body", template, "a short message can be read in transit"),
        ...(kept === undefined ? [] : secretTagProblems("body", template, kept)),
      ];
    },
    run: refusable(async ({ options, facts, render, deliver }) => {
      const user = await facts.user();
      if (!user) return failed("there is no token owner");
      const fault = attributeFault("token owner", user, mobileAttribute);
      if (fault !== undefined) return failed(fault);
      const to = attribute(user, mobileAttribute).trim();
      const values = {
        recipient_givenname: attribute(user, "givenname"),
        recipient_surname: attribute(user, "surname"),
      };
      const text = await render(options.body ? await bodies.load(options.body) : defaultTexts(facts).body, { values });
      const timeoutMs = await tryLimitOf(gateways, options.smsconfig);
      const retry = {
        timeoutMs,
        ...scheduleOf(options),
        ...(options.resend_uncertain && ({ whenUncertain: "retry" } as const)),
      };
      return deliver(sms, { gateway: options.smsconfig, to, text }, { maxAgeMs: options.max_age, retry });
    }),
  });
}
