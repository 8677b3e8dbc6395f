import { createBookend, createCall, memoryBindings } from "@bookend/core";
import { logging } from "@bookend/handler-logging";
import { pino } from "pino";

const options = { name: "logins", message: "{admin} logged in from {client_ip}" };
const binding = { name: "log logins", events: ["auth"], handler: "Logging", action: "logging", options };
const bookend = createBookend({ handlers: [logging({ logger: pino() })], bindings: memoryBindings([binding]) });
const call = createCall({ event: "auth", actor: { username: "root", realm: "" }, request: { clientIp: "10.1.2.3" } });
await bookend.handle(call, () => ({ status: 200, body: {} })); // {"level":30,…,"name":"logins",…,"msg":"root logged in from 10.1.2.3"}
