// example.ts: log who logs in
import { createBookend, createCall, memoryBindings } from "@bookend/core";
import { logging } from "@bookend/handler-logging";

const options = { message: "{admin} logged in from {client_ip}" };
const binding = { name: "log logins", events: ["auth"], handler: "Logging", action: "logging", options };
const handler = logging({ logger: { child: () => console } });
const bookend = createBookend({ handlers: [handler], bindings: memoryBindings([binding]) });
const call = createCall({ event: "auth", actor: { username: "root", realm: "" }, request: { clientIp: "10.1.2.3" } });
await bookend.handle(call, () => ({ status: 200, body: {} })); // { callId: …, bindingId: 1 } root logged in from 10.1.2.3
