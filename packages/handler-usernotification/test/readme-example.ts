// example.ts: mail the help desk about a new token
import { createBookend, createCall, memoryBindings } from "@bookend/core";
import { type Mailer, userNotification } from "@bookend/handler-usernotification";

const printer: Mailer = {
  async send({ to, subject, text }) {
    console.log(`To: ${to}\nSubject: ${subject}\n\n${text}`);
    return { messageId: "", accepted: to, rejected: [] };
  },
};
const options = { emailconfig: "office", To: "email", "To email": "desk@example.org", body: "New token: {serial}" };
const binding = {
  name: "tell the desk",
  events: ["token_init"],
  handler: "UserNotification",
  action: "sendmail",
  options,
};
const handler = userNotification({ mailers: { office: printer }, smsGateways: {} });
const bookend = createBookend({ handlers: [handler], bindings: memoryBindings([binding]) });
const response = { status: 200, body: { detail: { serial: "OATH0001" } } };
await bookend.handle(createCall({ event: "token_init" }), () => response);
