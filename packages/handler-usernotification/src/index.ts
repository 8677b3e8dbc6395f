export { smsDestination } from "./deliveries/sms.js";
export { type UserNotificationOptions, userNotification } from "./handler.js";
export type { Mail, MailAttachment, Mailer, MailResult } from "./mailer.js";
export type { Named } from "./named.js";
export type { AdminDirectory, InternalAdmin, RealmDirectory } from "./people.js";
export type { SmsGateway } from "./sms-gateway.js";
