import {
  type BindingInput,
  type CallInput,
  createBookend,
  createCall,
  memoryAudit,
  memoryBindings,
} from "@bookend/core";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { logging } from "./index.js";

/** Returns the output of pino, line by line, after a call raised an event bound to `logging`. */
async function log(options: Record<string, unknown>, call: Partial<CallInput> = {}) {
  let printed = "";
  const logger = pino({ level: "debug" }, { write: (text: string) => (printed += text) });
  const audit = memoryAudit();
  const binding: BindingInput = { name: "log", events: ["login"], handler: "Logging", action: "logging", options };
  const bookend = createBookend({ handlers: [logging({ logger })], bindings: memoryBindings([binding]), audit });
  await bookend.handle(createCall({ event: "login", ...call }), () => ({ status: 200, body: {} }));
  expect(audit.entries.map(({ outcome }) => outcome)).toEqual(["done"]);
  return printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Returns the problems that `check` finds in a binding with these options. */
function check(options: Record<string, unknown>) {
  const logger = pino({ enabled: false });
  const bookend = createBookend({ handlers: [logging({ logger })], bindings: memoryBindings() });
  return bookend.check({ name: "log", events: ["login"], handler: "Logging", action: "logging", options });
}

describe("logging", () => {
  it("writes an entry with a name, a level and a message, and the ids of the call and the binding", async () => {
    const entries = await log(
      { name: "login-watch", level: "WARNING", message: "{admin} logged in" },
      {
        id: "c1",
        actor: { username: "root", realm: "" },
      },
    );
    expect(entries).toMatchObject([
      { name: "login-watch", level: 40, msg: "root logged in", callId: "c1", bindingId: 1 },
    ]);
  });

  it.each([
    ["ERROR", 50],
    ["WARNING", 40],
    ["INFO", 30],
    ["DEBUG", 20],
    ["", 30],
  ])("writes %j at pino's level %i", async (level, expected) => {
    expect(await log({ level, message: "x" })).toMatchObject([{ level: expected }]);
  });

  it("writes control characters of a value as escapes, but keeps those of the message", async () => {
    const headers = { "user-agent": "a\r\nforged\u001b[2J\u2028\u202e" };
    const [entry] = await log({ message: "line 1\nline 2 {ua_string}" }, { request: { headers } });
    expect(entry?.msg).toBe("line 1\nline 2 a\\r\\nforged\\u001b[2J\\u2028\\u202e");
  });

  it("expands a value neither as a template nor as a format string of the logger", async () => {
    const headers = { "user-agent": "%s %d {admin} {{admin}}" };
    const [entry] = await log({ message: "{ua_string}" }, { request: { headers } });
    expect(entry?.msg).toBe("%s %d {admin} {{admin}}");
  });

  it("warns about secrets when saved", async () => {
    expect(await check({ message: "{serial} {pin} {googleurl_value}" })).toMatchObject([
      {
        severity: "warning",
        code: "SECRET_TAG",
        field: "options.message",
        message: "options.message has {pin}, {googleurl_value}: anyone who reads the log could read them.",
      },
    ]);
    expect(await check({ message: "{serial}" })).toEqual([]);
  });

  it("names the allowed levels if the level is not one of them", async () => {
    expect(await check({ level: "info" })).toMatchObject([
      { severity: "error", field: "options.level", value: "info", allowed: "ERROR, WARNING, INFO, DEBUG" },
    ]);
  });
});
