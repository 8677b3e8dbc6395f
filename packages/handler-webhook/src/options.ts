import { firstJsonError, placeOf, ValueError } from "@bookend/core";
import { choice, flag, form, text, withDefault } from "@bookend/zod";
import { z } from "zod";
import { type BodyTemplate, formBody, jsonBody, literalBody } from "./body-template.js";
import { webhookTags } from "./webhook-tags.js";

const types = {
  "application/json": "application/json",
  json: "application/json",
  "application/x-www-form-urlencoded": "application/x-www-form-urlencoded",
  urlencoded: "application/x-www-form-urlencoded",
} as const;

const typeNames = ["application/json", "application/x-www-form-urlencoded", "json", "urlencoded"] as const;

/** Options of `post_webhook`. */
export const postWebhookOptions = z
  .strictObject({
    URL: text()
      .refine(isWebAddress, "must be an http or https URL without user and password")
      .describe("Where the webhook is posted. Parts of it that may be secret are shown as ***.")
      .meta({ "x-secret": "url" }),
    content_type: choice(typeNames).describe("Type of the body."),
    replace: withDefault(flag(), false).describe("Whether tags in the body are replaced."),
    data: text({ multiline: true })
      .meta({
        ...form({ widget: "text" }),
        "x-tags": webhookTags.map(({ name }) => name),
        "x-tags-if": { option: "replace", value: true },
        "x-tags-in-json": { option: "content_type", value: ["application/json", "json"] },
      })
      .describe("The body."),
  })
  .transform(({ URL: url, content_type, replace, data }, context) => {
    const contentType = types[content_type];
    try {
      return { url, contentType, body: parseBody(contentType, replace, data) };
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      context.addIssue({ code: "custom", path: ["data"], message: `${error.message} (allowed: ${error.allowed})` });
      return z.NEVER;
    }
  });

/** Parsed options of `post_webhook`. */
export type PostWebhookOptions = z.output<typeof postWebhookOptions>;

function parseBody(contentType: string, replace: boolean, data: string): BodyTemplate {
  if (contentType === "application/json") requireJson(data);
  if (!replace) return literalBody(data);
  return contentType === "application/json" ? jsonBody(data) : formBody(data);
}

/** Says where JSON ends, and what is most often the reason: a tag that stands where a value must. */
function requireJson(data: string): void {
  const wrong = firstJsonError(data);
  if (!wrong) return;
  // a brace that opens an object is only found wrong behind it, at the name
  const tag = /^\{?\s*([a-z_][\w.]*)\s*\}/.exec(data.slice(wrong.offset))?.[1];
  const hint = tag === undefined ? "" : `. A tag must stand in quotes: "{${tag}}"`;
  throw new ValueError(`is not valid JSON at ${placeOf(data, wrong.offset)}: ${wrong.reason}${hint}`, "valid JSON");
}

function isWebAddress(source: string): boolean {
  if (!URL.canParse(source)) return false;
  const { protocol, username, password } = new URL(source);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}
