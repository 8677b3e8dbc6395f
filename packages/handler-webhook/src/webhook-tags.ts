import { type Call, type Facts, type MaybePromise, mapMaybe } from "@bookend/core";

/** A tag that only webhooks have. */
interface WebhookTag {
  readonly name: string;
  readonly value: (facts: Facts, call: Call) => MaybePromise<string | undefined>;
}

/** Tags that only webhooks have. Modeled on privacyIDEA's webhook handler. */
export const webhookTags: readonly WebhookTag[] = [
  { name: "logged_in_user", value: (_, call) => call.request.user?.login || call.actor?.username },
  { name: "token_owner", value: (facts) => mapMaybe(facts.user(), (user) => user?.attributes.givenname) },
  { name: "user_realm", value: (facts) => mapMaybe(facts.user(), (user) => user?.realm) },
  {
    name: "token_serial",
    value: (facts) => facts.namedSerial ?? mapMaybe(facts.token(), (token) => token?.serial),
  },
];
