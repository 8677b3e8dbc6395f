import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.js";

/** Returns the lines that a logger writes, parsed. */
function record() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({ level: "info" }, { write: (line) => lines.push(JSON.parse(line)) });
  return { logger, lines };
}

describe("createLogger", () => {
  it.each([
    ["a field", { otpkey: "s3cr3t" }],
    ["a field in different letter case", { "PI-Authorization": "s3cr3t" }],
    ["a header", { request: { headers: { "Set-Cookie": ["s3cr3t"] } } }],
    ["a field of an item in a list", { actions: [[{ options: { Password: "s3cr3t" } }]] }],
    ["a field five levels down", { a: { b: { c: { d: { e: { pin: "s3cr3t" } } } } } }],
    ["an object with the name of a secret", { token: { serial: "s3cr3t" } }],
    ["the result of toJSON", { request: { toJSON: () => ({ pass: "s3cr3t" }) } }],
    ["a value that is nested too deeply to be examined", { a: [[[[[[[[{ pass: "s3cr3t" }]]]]]]]] }],
    ["the message of an error", { err: new Error("s3cr3t") }],
    ["the message of an error in a field", { causes: [new Error("s3cr3t")] }],
    ["a thrown string", { error: "s3cr3t" }],
    ["an own field named __proto__", JSON.parse('{ "__proto__": { "pass": "s3cr3t" } }')],
  ])("hides %s", (_, fields) => {
    const { logger, lines } = record();
    logger.info(fields, "line");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ msg: "line" });
    expect(JSON.stringify(lines)).not.toContain("s3cr3t");
  });

  it("hides the fields of child loggers, and of their children", () => {
    const { logger, lines } = record();
    logger
      .child({ name: "a", secret: "s3cr3t" })
      .child({ call: { pin: "s3cr3t" } }, {})
      .info("line");
    expect(lines).toMatchObject([{ name: "a", secret: "***", call: { pin: "***" }, msg: "line" }]);
  });

  it("writes values unchanged if they are not secret", () => {
    const { logger, lines } = record();
    const at = new Date(0);
    logger.info({ method: "POST", status: 200, at, list: [1, null, { tokens: 2 }], left: undefined }, "call");
    expect(lines).toMatchObject([
      { method: "POST", status: 200, at: at.toISOString(), list: [1, null, { tokens: 2 }], msg: "call" },
    ]);
    expect(lines[0]).not.toHaveProperty("left");
  });

  it("describes an error by its class, code and origin", () => {
    const { logger, lines } = record();
    logger.error({ err: Object.assign(new TypeError("text"), { code: "E1" }) }, "failed");
    expect(lines).toMatchObject([{ err: { class: "TypeError", code: "E1", at: expect.any(Array) } }]);
  });

  it("writes a line for fields that contain cycles or cannot be read", () => {
    const { logger, lines } = record();
    const circular: Record<string, unknown> = { name: "a" };
    circular.self = circular;
    logger.info(circular, "circular");
    const unreadable = Object.defineProperty({}, "field", {
      enumerable: true,
      get: () => {
        throw new Error("s3cr3t");
      },
    });
    logger.info(unreadable, "unreadable");
    expect(lines).toMatchObject([
      { name: "a", self: "(circular)", msg: "circular" },
      { fields: "(unreadable)", msg: "unreadable" },
    ]);
  });
});
