import type { Handler } from "@bookend/core";
import type { SmsGateway as MessagingGateway, Mailer as MessagingMailer } from "@bookend/messaging";
import { expectTypeOf, it } from "vitest";
import { type Mailer, type SmsGateway, userNotification } from "./index.js";

it("accepts the mailers and gateways of @bookend/messaging", () => {
  expectTypeOf<MessagingMailer>().toExtend<Mailer>();
  expectTypeOf<MessagingGateway>().toExtend<SmsGateway>();
});

it("requires mailers and gateways, each as a record or as a lookup", () => {
  expectTypeOf(userNotification({ mailers: {}, smsGateways: {} })).toEqualTypeOf<Handler>();
  userNotification({ mailers: { names: () => [], find: async () => undefined }, smsGateways: {} });
  // @ts-expect-error gateways are missing
  userNotification({ mailers: {} });
  // @ts-expect-error a mailer needs `send`
  userNotification({ mailers: { office: { post: () => undefined } }, smsGateways: {} });
});
