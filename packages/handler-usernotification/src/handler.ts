import { defineHandler, type Handler } from "@bookend/core";
import { savefile } from "./actions/savefile.js";
import { sendmail } from "./actions/sendmail.js";
import { sendsms } from "./actions/sendsms.js";
import { bodySource } from "./body.js";
import { mailDelivery } from "./deliveries/mail.js";
import { smsDelivery } from "./deliveries/sms.js";
import type { Mailer } from "./mailer.js";
import { type Named, toNamed } from "./named.js";
import type { AdminDirectory, RealmDirectory } from "./people.js";
import { randomName as defaultRandomName } from "./random-name.js";
import type { SmsGateway } from "./sms-gateway.js";
import { defaultSpoolDirectory } from "./spool.js";

/** Options of `userNotification`. */
export interface UserNotificationOptions {
  /** SMTP servers by the names that bindings use. */
  readonly mailers: Named<Mailer> | Readonly<Record<string, Mailer>>;
  /** SMS gateways by the names that bindings use. */
  readonly smsGateways: Named<SmsGateway> | Readonly<Record<string, SmsGateway>>;
  /** The directory in which `savefile` writes; it must exist. @default `/var/lib/bookend/notifications` */
  readonly spoolDirectory?: string | undefined;
  /** The directory of template files, for a body `file:NAME`. @default none */
  readonly templateDirectory?: string | undefined;
  /** The internal administrators. Without them, no internal administrator can be a recipient. */
  readonly admins?: AdminDirectory | undefined;
  /** Users by realm, for the recipient `admin realm`. */
  readonly users?: RealmDirectory | undefined;
  /** Maximum number of recipients of one mail. @default 100 */
  readonly recipientCap?: number | undefined;
  /** Generates the value of the tag `{random}`. @default 16 random letters and digits */
  readonly randomName?: (() => string) | undefined;
}

/** Notifies users and administrators by mail, SMS or file. Modeled on privacyIDEA's user notification handler. */
export function userNotification(services: UserNotificationOptions): Handler {
  const {
    spoolDirectory = defaultSpoolDirectory,
    templateDirectory,
    recipientCap = 100,
    randomName = defaultRandomName,
    admins,
    users,
  } = services;
  const mailers = toNamed(services.mailers);
  const gateways = toNamed(services.smsGateways);
  const bodies = bodySource(templateDirectory);
  const mail = mailDelivery(mailers);
  const sms = smsDelivery(gateways);
  return defineHandler({
    id: "UserNotification",
    description: "Notifies users and administrators by mail, SMS or file.",
    positions: ["pre", "post"],
    actions: {
      sendmail: sendmail({ mailers, mail, bodies, recipientCap, admins, users }),
      sendsms: sendsms({ gateways, sms, bodies }),
      savefile: savefile({ spoolDirectory, bodies, randomName }),
    },
    deliveries: [mail, sms],
  });
}
