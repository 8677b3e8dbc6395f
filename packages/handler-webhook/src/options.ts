import { deliveryAge, firstJsonError, placeOf, problemMessage, retrySchedule, ValueError } from "@bookend/core";
import { choice, duration, durations, flag, form, optional, template, text, withDefault } from "@bookend/zod";
import { z } from "zod";
import { type BodyTemplate, formBody, jsonBody, literalBody } from "./body-template.js";
import { cloudEventType } from "./cloud-event.js";
import { headerTemplates } from "./webhook-headers.js";
import { webhookTags } from "./webhook-tags.js";

const types = {
  "application/json": "application/json",
  json: "application/json",
  "application/x-www-form-urlencoded": "application/x-www-form-urlencoded",
  urlencoded: "application/x-www-form-urlencoded",
  [cloudEventType]: cloudEventType,
  cloudevents: cloudEventType,
} as const;

const jsonNames = ["application/json", "json", cloudEventType, "cloudevents"] as const;
const typeNames = [
  ...(["application/json", "application/x-www-form-urlencoded", cloudEventType] as const),
  ...(["json", "urlencoded", "cloudevents"] as const),
] as const;
const tagNames = webhookTags.map(({ name }) => name);

/** Options of `post_webhook`. */
export const postWebhookOptions = z
  .strictObject({
    URL: text()
      .refine(isWebAddress, "must be an http or https URL without user and password")
      .describe("URL to which the webhook is posted. Parts of it that may be secret are shown as ***.")
      .meta({ "x-secret": "url" }),
    content_type: choice(typeNames).describe("Type of the body."),
    replace: withDefault(flag(), false).describe("Whether tags in the body are replaced."),
    data: text({ multiline: true })
      .meta({
        ...form({ widget: "text" }),
        "x-tags": tagNames,
        "x-tags-if": { option: "replace", value: true },
        "x-tags-in-json": { option: "content_type", value: jsonNames },
      })
      .describe("The body, or the data of a CloudEvent."),
    subject: withDefault(template({ extraTags: tagNames, minLength: 0 }), "{action}")
      .describe("Subject of a CloudEvent. Default: the path of the call.")
      .meta(form({ visibleIf: { option: "content_type", value: cloudEventType } })),
    headers: optional(text({ multiline: true }))
      .meta({ ...form({ widget: "text" }), "x-secret": true, "x-tags": tagNames })
      .describe("Headers, one per line, in the form Name: value. Their tags are always replaced."),
    max_age: optional(duration(deliveryAge)).describe(
      "How long to keep trying to post a webhook that waits in the outbox, such as 10m. Default: until its last attempt.",
    ),
    retry_schedule: optional(durations(retrySchedule)).describe(
      "Waiting times before the second, the third and further attempts to post a webhook that waits in the outbox, such as 5s, 5m, 30m. Default: 5s, 5m, 30m, 2h, 5h, 10h, 10h.",
    ),
    ordered: withDefault(flag(), false).describe(
      "Whether webhooks that wait in the outbox for the same server are posted one at a time, in the order of the calls. Default: no.",
    ),
  })
  .transform(
    ({ URL: url, content_type, replace, data, subject, headers, max_age, retry_schedule, ordered }, context) => {
      const contentType = types[content_type];
      const parse = <T>(option: string, read: () => T): T => {
        try {
          return read();
        } catch (error) {
          if (!(error instanceof ValueError)) throw error;
          context.addIssue({ code: "custom", path: [option], message: problemMessage(error.message, error.allowed) });
          return z.NEVER;
        }
      };
      return {
        url,
        contentType,
        subject,
        maxAgeMs: max_age,
        retry: retry_schedule && { scheduleMs: retry_schedule },
        ordered,
        body: parse("data", () => parseBody(contentType, replace, data)),
        headers: parse("headers", () => headerTemplates(headers ?? "")),
      };
    },
  );

/** Parsed options of `post_webhook`. */
export type PostWebhookOptions = z.output<typeof postWebhookOptions>;

function parseBody(contentType: string, replace: boolean, data: string): BodyTemplate {
  const isForm = contentType === "application/x-www-form-urlencoded";
  if (!isForm) requireJson(data);
  if (!replace) return literalBody(data);
  return isForm ? formBody(data) : jsonBody(data);
}

/** Reports where JSON is invalid, with a hint about the most common mistake: a tag without quotes. */
function requireJson(data: string): void {
  const wrong = firstJsonError(data);
  if (!wrong) return;
  // for a brace that seems to open an object, the error is reported after it, at the name
  const tag = /^\{?\s*([a-z_][\w.]*)\s*\}/.exec(data.slice(wrong.offset))?.[1];
  const hint = tag === undefined ? "" : `. A tag must be in quotes: "{${tag}}"`;
  throw new ValueError(`is not valid JSON at ${placeOf(data, wrong.offset)}: ${wrong.reason}${hint}`, "valid JSON");
}

function isWebAddress(source: string): boolean {
  if (!URL.canParse(source)) return false;
  const { protocol, username, password } = new URL(source);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}
