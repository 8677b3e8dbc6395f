export { MessagingError, type MessagingErrorCode, messagingErrorCodes } from "./errors.js";
export type { Mail, MailAttachment } from "./mail.js";
export { createMailer, type Mailer, type MailReceipt } from "./mailer.js";
export { type SmppGatewayConfig, smppGatewayConfig } from "./smpp/config.js";
export type { SmsReport } from "./smpp/report.js";
export {
  createSmsGateway,
  type SmsGatewayConfig,
  type SmsGatewayServices,
  smsGatewayConfig,
} from "./sms/create-sms-gateway.js";
export { type HttpGatewayConfig, httpGateway, httpGatewayConfig } from "./sms/http-gateway.js";
export { type ScriptGatewayConfig, scriptGateway, scriptGatewayConfig } from "./sms/script-gateway.js";
export { smppGateway } from "./sms/smpp-gateway.js";
export type { ShortMessage, SmsGateway, SmsReceipt } from "./sms/sms-gateway.js";
export { type SmtpGatewayConfig, smtpGateway, smtpGatewayConfig } from "./sms/smtp-gateway.js";
export { type SmtpServerConfig, smtpServerConfig } from "./smtp-server-config.js";
