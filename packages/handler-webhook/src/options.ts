import { ValueError } from "@bookend/core";
import { choice, flag, form, text, withDefault } from "@bookend/zod";
import { z } from "zod";
import { type BodyTemplate, formBody, jsonBody, literalBody } from "./body-template.js";

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
      .describe("Where the webhook is posted."),
    content_type: choice(typeNames).describe("Type of the body."),
    replace: withDefault(flag(), false).describe("Whether tags in the body are replaced."),
    data: text({ multiline: true })
      .meta(form({ widget: "text" }))
      .describe("The body."),
  })
  .transform(({ URL: url, content_type, replace, data }, context) => {
    const contentType = types[content_type];
    try {
      return { url, contentType, body: parseBody(contentType, replace, data) };
    } catch (error) {
      if (!(error instanceof ValueError || error instanceof SyntaxError)) throw error;
      const message = error instanceof ValueError ? `${error.message} (allowed: ${error.allowed})` : "must be JSON";
      context.addIssue({ code: "custom", path: ["data"], message });
      return z.NEVER;
    }
  });

function parseBody(contentType: string, replace: boolean, data: string): BodyTemplate {
  if (contentType === "application/json") JSON.parse(data);
  if (!replace) return literalBody(data);
  return contentType === "application/json" ? jsonBody(data) : formBody(data);
}

function isWebAddress(source: string): boolean {
  if (!URL.canParse(source)) return false;
  const { protocol, username, password } = new URL(source);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}
