import { isIP } from "node:net";
import {
  type ActionCheckContext,
  type ActionContext,
  type DeliveryKind,
  defineAction,
  failed,
  type Problem,
  parseTemplate,
  secretIsKept,
  secretTagProblems,
  ValueError,
} from "@bookend/core";
import type { AddressGuard } from "@bookend/http-client";
import type { Render } from "../body-template.js";
import { type CloudEventAttributes, cloudEvent, cloudEventType } from "../cloud-event.js";
import { type PostWebhookOptions, postWebhookOptions } from "../options.js";
import type { WebhookPayload } from "../webhook-delivery.js";
import { webhookTags } from "../webhook-tags.js";

/**
 * `post_webhook`: renders the body during the call and posts it. If a guard is given, it checks the URL when a binding
 * is saved.
 */
export function postWebhook(delivery: DeliveryKind<WebhookPayload>, guard: AddressGuard | undefined) {
  return defineAction({
    description: "Posts a webhook.",
    options: postWebhookOptions,
    changes: [],
    check: ({ options, binding }: ActionCheckContext<PostWebhookOptions>) => [
      ...secretsInClear(options),
      ...secretsKeptLong(options, binding),
      ...refusedAddress(options, guard),
    ],
    async run(context) {
      const { url, contentType, body, headers, subject, maxAgeMs, retry, ordered } = context.options;
      const values = await webhookValues(new Set([...body.tags, ...headers.tags, ...subject.tags]), context);
      const render: Render = (template, escapeValue) => context.render(template, { values, escape: escapeValue });
      let data: string;
      try {
        data = await body.render(render);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        return failed(error.message);
      }
      const payload = {
        url,
        contentType,
        body: contentType === cloudEventType ? cloudEvent(await attributesOf(context, render), data) : data,
        headers: await headers.render(render),
      };
      return context.deliver(delivery, payload, { maxAgeMs, retry, ordered });
    },
  });
}

/** The URL of the host, if it has a URL. */
const hostUrl = parseTemplate("{url}");

/** The source of the events of a host without a URL, since a CloudEvent must have a source. */
const unknownSource = "urn:bookend";

async function attributesOf(
  { options, call, binding, facts }: ActionContext<PostWebhookOptions>,
  render: Render,
): Promise<CloudEventAttributes> {
  return {
    id: `${call.id}/${binding.id}`,
    source: (await render(hostUrl)) || unknownSource,
    type: call.event,
    time: facts.now,
    subject: await render(options.subject),
  };
}

/** Returns the values of the tags that only webhooks have. Only tags that the template uses are looked up. */
async function webhookValues(tags: ReadonlySet<string>, { facts, call }: ActionContext<unknown>) {
  const values: Record<string, string | undefined> = {};
  for (const { name, value } of webhookTags) {
    if (tags.has(name)) values[name] = await value(facts, call);
  }
  return values;
}

function secretsInClear(options: PostWebhookOptions): readonly Problem[] {
  if (new URL(options.url).protocol === "https:") return [];
  return secretsIn(options, "options.URL is not https, so it can be read in transit");
}

function secretsKeptLong(
  options: PostWebhookOptions,
  binding: ActionCheckContext<PostWebhookOptions>["binding"],
): readonly Problem[] {
  const danger = secretIsKept(binding, { option: "max_age", maxAgeMs: options.maxAgeMs });
  return danger === undefined ? [] : secretsIn(options, danger);
}

function secretsIn({ body, headers, subject }: PostWebhookOptions, danger: string): readonly Problem[] {
  return [
    ...secretTagProblems("data", body, danger),
    ...secretTagProblems("headers", headers, danger),
    ...secretTagProblems("subject", subject, danger),
  ];
}

function refusedAddress({ url }: PostWebhookOptions, guard: AddressGuard | undefined): readonly Problem[] {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  // host names are checked after they have been resolved, while connecting
  const reason = isIP(host) === 0 ? undefined : guard?.refusal(host);
  if (reason === undefined) return [];
  return [
    {
      severity: "warning",
      code: "OPTION_INVALID",
      field: "options.URL",
      value: url,
      message: `options.URL leads to ${host}, which this server refuses: ${reason}.`,
    },
  ];
}
