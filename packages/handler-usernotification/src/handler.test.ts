import { createBookend, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { userNotification } from "./index.js";

const handler = userNotification({ mailers: {}, smsGateways: {} });

describe("UserNotification", () => {
  it("has three actions, which run before or after the call", () => {
    expect(handler.id).toBe("UserNotification");
    expect(Object.keys(handler.actions)).toEqual(["sendmail", "sendsms", "savefile"]);
    expect(handler.positions).toEqual(["pre", "post"]);
  });

  it.each([
    ["sendmail", ["options.emailconfig", "options.To"]],
    ["sendsms", ["options.To", "options.smsconfig"]],
    ["savefile", ["options.filename", "options.body"]],
  ])("refuses %s without %j", async (action, fields) => {
    const bookend = createBookend({ handlers: [handler], bindings: memoryBindings() });
    const found = await bookend.check({ name: "n", events: ["e"], handler: handler.id, action, options: {} });
    expect(found.filter(({ severity }) => severity === "error").map(({ field }) => field)).toEqual(fields);
  });
});
