export { MessagingError, type MessagingErrorCode, messagingErrorCodes } from "./errors.js";
export type { Mail, MailAttachment } from "./mail.js";
export { createMailer, type Mailer, type MailReceipt } from "./mailer.js";
export { type SmtpServerConfig, smtpServerConfig } from "./smtp-server-config.js";
