import {
  type DeliveryKind,
  defineAction,
  escapeHeader,
  escapeHtml,
  failed,
  type Problem,
  secretIsKept,
  secretProblem,
  secretTagProblems,
} from "@bookend/core";
import { attachQrCode } from "../attach-qr-code.js";
import type { BodySource } from "../body.js";
import { defaultTexts } from "../default-texts.js";
import type { MailPayload } from "../deliveries/mail.js";
import { tryLimitOf } from "../deliveries/try-limit.js";
import type { Mailer } from "../mailer.js";
import type { Named } from "../named.js";
import { type SendmailOptions, scheduleOf, sendmailOptions } from "../options.js";
import { findRecipients, type RecipientChoice, type RecipientKind, type RecipientSources } from "../recipients.js";
import { refusable } from "../refusal.js";

/** The dependencies of `sendmail`. */
export interface SendmailServices extends RecipientSources {
  readonly mailers: Named<Mailer>;
  readonly mail: DeliveryKind<MailPayload>;
  readonly bodies: BodySource;
  /** Maximum number of recipients of one mail. */
  readonly recipientCap: number;
}

/** `sendmail`: sends one mail to all chosen recipients. */
export function sendmail({ mailers, mail, bodies, recipientCap, ...sources }: SendmailServices) {
  return defineAction({
    description: "Sends a mail.",
    options: sendmailOptions,
    changes: [],
    choices: { emailconfig: () => mailers.names(), ...recipientChoices(sources) },
    deliveries: [mail.name],
    async check({ options, binding }) {
      const body = options.body && (await bodies.check(options.body));
      const problems = [...(body?.problems ?? []), ...unanswerable(options, sources)];
      const secrets = (danger: string) => [
        ...(options.subject ? secretTagProblems("subject", options.subject, danger) : []),
        ...(body ? secretTagProblems("body", body.template, danger) : []),
        ...(options.attach_qrcode ? [secretProblem("attach_qrcode", true, danger)] : []),
      ];
      const mailer = await mailers.find(options.emailconfig);
      const kept = secretIsKept(binding, { option: "max_age", maxAgeMs: options.max_age });
      const danger = `the SMTP server ${JSON.stringify(options.emailconfig)} may receive it unencrypted`;
      return [...problems, ...(mailer?.encrypted ? [] : secrets(danger)), ...(kept === undefined ? [] : secrets(kept))];
    },
    run: refusable(async ({ options, call, facts, render, deliver }) => {
      const to = await findRecipients(chosen(options, "To"), { call, facts }, sources);
      const count = to.addresses.length;
      if (count === 0) return failed(to.fault ?? "there is no recipient");
      if (count > recipientCap) return failed(`${count} recipients exceed the limit of ${recipientCap}`);
      const replyTo = await findRecipients(chosen(options, "reply_to"), { call, facts }, sources);
      if (replyTo.addresses.length > recipientCap)
        return failed(`replies would go to more than ${recipientCap} recipients`);

      const values = { recipient_givenname: to.givenname, recipient_surname: to.surname };
      const html = options.mimetype === "html";
      const defaults = defaultTexts(facts);
      const subject = await render(options.subject ?? defaults.subject, { values, escape: escapeHeader });
      const template = options.body ? await bodies.load(options.body) : defaults.body;
      const body = await render(template, { values, escape: html ? escapeHtml : undefined });
      const image = options.attach_qrcode ? await attachQrCode(render) : undefined;
      const mailPayload = {
        server: options.emailconfig,
        to: to.addresses,
        ...(replyTo.addresses.length > 0 && { replyTo: replyTo.addresses }),
        subject,
        ...(html ? { html: body } : { text: body }),
        ...(image && { attachments: [{ ...image, content: image.content.toString("base64") }] }),
      };
      const timeoutMs = await tryLimitOf(mailers, options.emailconfig);
      return deliver(mail, mailPayload, { maxAgeMs: options.max_age, retry: { timeoutMs, ...scheduleOf(options) } });
    }),
  });
}

function chosen(options: SendmailOptions, prefix: "To" | "reply_to"): RecipientChoice | undefined {
  const kind = options[prefix];
  return kind && { kind, detail: options[`${prefix} ${kind}` as const] };
}

/** Returns the names of recipients that forms offer, if the host provides them. */
function recipientChoices({ admins, users }: RecipientSources) {
  const names = admins?.names && (() => admins.names?.() ?? []);
  const realms = users?.realms && (() => users.realms?.() ?? []);
  return {
    ...(names && { "To internal admin": names, "reply_to internal admin": names }),
    ...(realms && { "To admin realm": realms, "reply_to admin realm": realms }),
  };
}

/** Returns an error for each kind of recipients that this host cannot look up. */
function unanswerable(options: SendmailOptions, { admins, users }: RecipientSources): Problem[] {
  const missing: Partial<Record<RecipientKind, string>> = {
    ...(!admins && { "internal admin": "internal admins" }),
    ...(!users && { "admin realm": "users by realm" }),
  };
  return (["To", "reply_to"] as const).flatMap((prefix): Problem[] => {
    const value = options[prefix];
    const what = value && missing[value];
    if (what === undefined) return [];
    const field = `options.${prefix}`;
    const message = `${field} is ${JSON.stringify(value)}, but this server cannot look up ${what}.`;
    return [{ severity: "error", code: "OPTION_INVALID", field, value, message }];
  });
}
