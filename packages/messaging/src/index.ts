export { MessagingError, type MessagingErrorCode, messagingErrorCodes } from "./errors.js";
export type { Mail, MailAttachment } from "./mail.js";
export { createMailer, type Mailer, type MailReceipt } from "./mailer.js";
export { type SmppGatewayConfig, smppGatewayConfig } from "./smpp/config.js";
export { smppGateway } from "./sms/smpp-gateway.js";
export type { ShortMessage, SmsGateway, SmsReceipt } from "./sms/sms-gateway.js";
export { type SmtpServerConfig, smtpServerConfig } from "./smtp-server-config.js";
