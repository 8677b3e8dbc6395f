/** The packages of the handlers that are part of this server, by the ids of the handlers. */
export const ownHandlers: Readonly<Record<string, string>> = {
  UserNotification: "@bookend/handler-usernotification",
  Counter: "@bookend/handler-counter",
  Logging: "@bookend/handler-logging",
  Token: "@bookend/handler-token",
  Container: "@bookend/handler-container",
  CustomUserAttributes: "@bookend/handler-customuserattribute",
  RequestMangler: "@bookend/handler-requestmangler",
  ResponseMangler: "@bookend/handler-responsemangler",
  Federation: "@bookend/handler-federation",
  Script: "@bookend/handler-script",
  WebHook: "@bookend/handler-webhook",
};
