import { deliveryAge, isMailAddress, problemMessage, retrySchedule, ValueError } from "@bookend/core";
import {
  choice,
  duration,
  durations,
  flag,
  form,
  optional,
  optionalText,
  template,
  text,
  withDefault,
} from "@bookend/zod";
import { z } from "zod";
import { type Body, parseBody } from "./body.js";
import { type RecipientKind, recipientKinds } from "./recipients.js";
import { spoolNameFault } from "./spool-name.js";

const imageTags = ["googleurl_img", "pushurl_img", "container_url_img"];

const companionHelp: Readonly<Record<RecipientKind, string>> = {
  tokenowner: "User attribute with the address. Default: email.",
  logged_in_user: "User attribute with the address. Default: email.",
  "internal admin": "Name of the internal admin.",
  "admin realm": "Realm whose users are all included.",
  email: "Mail addresses, separated by commas.",
};

/** Kinds of recipients that select nobody unless their companion option, such as `To email`, is set. */
const needsCompanion: ReadonlySet<RecipientKind> = new Set(["internal admin", "admin realm", "email"]);

/** Options of `sendmail`. */
export const sendmailOptions = z
  .strictObject({
    emailconfig: text().describe("Name of the SMTP server."),
    To: choice(recipientKinds).describe("Recipients."),
    "To tokenowner": companion("To", "tokenowner"),
    "To logged_in_user": companion("To", "logged_in_user"),
    "To internal admin": companion("To", "internal admin"),
    "To admin realm": companion("To", "admin realm"),
    "To email": companion("To", "email"),
    reply_to: optional(choice(recipientKinds)).describe("Recipients of replies. Default: the sender."),
    "reply_to tokenowner": companion("reply_to", "tokenowner"),
    "reply_to logged_in_user": companion("reply_to", "logged_in_user"),
    "reply_to internal admin": companion("reply_to", "internal admin"),
    "reply_to admin realm": companion("reply_to", "admin realm"),
    "reply_to email": companion("reply_to", "email"),
    subject: optional(subject()).describe(
      "Subject. It can contain all tags except images. Default: An action was performed (on your token, if the server has tokens).",
    ),
    mimetype: withDefault(choice(["plain", "html"]), "plain").describe("Type of the body. Default: plain."),
    attach_qrcode: withDefault(flag(), false).describe(
      "Whether a QR code of the new token or container is attached. HTML can show it as cid:token_image. Default: no.",
    ),
    body: optional(body()),
    max_age: maxAge(),
    retry_schedule: schedule(),
  })
  .superRefine((options, context) => {
    for (const prefix of ["To", "reply_to"] as const) {
      const kind = options[prefix];
      if (!kind) continue;
      const name = `${prefix} ${kind}` as const;
      const message = companionFault(kind, options[name]);
      if (message !== undefined) context.addIssue({ code: "custom", path: [name], message });
    }
  });

/** Parsed options of `sendmail`. */
export type SendmailOptions = z.output<typeof sendmailOptions>;

/** Options of `sendsms`. */
export const sendsmsOptions = z.strictObject({
  To: choice(["tokenowner"]).describe("Recipient; the number is read from the `mobile` attribute."),
  smsconfig: text().describe("Name of the SMS gateway."),
  body: optional(body()),
  max_age: maxAge(),
  retry_schedule: schedule(),
  resend_uncertain: withDefault(flag(), false).describe(
    "Whether a message in the outbox is sent again if the gateway's response was lost. The message may then arrive twice. Default: no.",
  ),
});

/** Options of `savefile`. */
export const savefileOptions = z.strictObject({
  filename: filename(),
  body: body(),
});

/** Returns the changes to the retry policy that `retry_schedule` requests. */
export function scheduleOf({ retry_schedule: scheduleMs }: Pick<SendmailOptions, "retry_schedule">) {
  return scheduleMs && { scheduleMs };
}

function maxAge() {
  return optional(duration(deliveryAge)).describe(
    "How long to keep trying to send a message that waits in the outbox, such as 10m. Default: until its last attempt.",
  );
}

function schedule() {
  return optional(durations(retrySchedule)).describe(
    "Waiting times before the second, the third and further attempts to send a message that waits in the outbox, such as 5s, 5m, 30m. Default: 5s, 5m, 30m, 2h, 5h, 10h, 10h.",
  );
}

function companion(prefix: "To" | "reply_to", kind: RecipientKind) {
  return optionalText({ maxLength: 10_000 })
    .describe(companionHelp[kind])
    .meta(form({ visibleIf: { option: prefix, value: kind } }));
}

function companionFault(kind: RecipientKind, detail: string | undefined): string | undefined {
  if (detail === undefined) return needsCompanion.has(kind) ? `is required for "${kind}"` : undefined;
  if (kind !== "email") return undefined;
  if (/[{}]/.test(detail))
    return problemMessage("contains a brace, but addresses cannot contain tags", "addresses such as user@example.org");
  const allowed = detail.split(",").every((address) => isMailAddress(address.trim()));
  return allowed ? undefined : "must be mail addresses such as user@example.org, separated by commas";
}

function subject() {
  return template()
    .refine(({ source }) => !/\p{Cc}/u.test(source), "must be one line")
    .refine(({ tags }) => !imageTags.some((tag) => tags.has(tag)), "must not contain an image");
}

function filename() {
  return template({ extraTags: ["random"] })
    .superRefine(({ source }, context) => {
      const message = spoolNameFault(source);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .describe(
      "Name of the file in the spool directory. It can contain tags; {random} is replaced with 16 random letters and digits.",
    );
}

function body() {
  return text({ multiline: true })
    .transform((source, context): Body => {
      try {
        return parseBody(source);
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        context.addIssue({ code: "custom", message: problemMessage(error.message, error.allowed) });
        return z.NEVER;
      }
    })
    .describe("Text of the message, which can contain tags, or file:NAME for a file in the template directory.")
    .meta({ "x-tags": [] });
}
