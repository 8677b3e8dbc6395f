import { BindingInvalidError, createBookend, createCall, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { requestMangler } from "./index.js";

const matching = { parameter: "user", match_parameter: "user", match_pattern: "(.*)@(.*)" };

/** Returns the parameters that the API sees. */
async function mangled(options: Record<string, unknown>, parameters: Record<string, unknown>) {
  const bookend = createBookend({ handlers: [requestMangler()], bindings: memoryBindings() });
  await bookend.bindings.add({
    name: "m",
    events: ["call"],
    position: "pre",
    handler: "RequestMangler",
    action: "set",
    options,
  });
  const call = createCall({ event: "call", request: { parameters } });
  await bookend.handle(call, () => ({ status: 200, body: {} }));
  return call.request.parameters;
}

describe("the value with match_parameter", () => {
  it.each(["{}", "{name}", "{0:>10}", "{{0}}", "{{x}}", "{", "{ 0 }", "{0}{", "{-1}", "{0.x}", "x{1"])(
    "is refused when saved if it is %j",
    async (value) => {
      const error: unknown = await mangled({ ...matching, value }, { user: "alice@realm1" }).catch((reason) => reason);
      expect(error).toBeInstanceOf(BindingInvalidError);
      expect((error as BindingInvalidError).problems).toMatchObject([
        { severity: "error", field: "options.value", message: expect.stringContaining("literal brace is written \\{") },
      ]);
    },
  );

  it.each([
    ["{2}", "(.*)@(.*)", "has 2"],
    ["{0}{1}", "(.*)", "has 1"],
    ["{0}", ".*", "has none"],
    ["{9999}", "(?:a)(b)", "has 1"],
  ])(
    "is refused when saved if its placeholders %j have no group in the pattern %j",
    async (value, match_pattern, message) => {
      await expect(mangled({ ...matching, match_pattern, value }, {})).rejects.toThrow(message);
    },
  );

  it.each([
    ["\\{0}", "{0}"],
    ["\\{name} {1}/{0}", "{name} realm1/alice"],
    ["\\{name\\}", "{name}"],
    ["{1}{1}}", "realm1realm1}"],
    ["plain", "plain"],
  ])("%j is rendered as %j", async (value, expected) => {
    expect(await mangled({ ...matching, value }, { user: "alice@realm1" })).toEqual({ user: expected });
  });

  it("leaves a placeholder empty if its group did not match", async () => {
    const options = { ...matching, match_pattern: "(a)|(b)", value: "<{0}{1}>" };
    expect(await mangled(options, { user: "b" })).toEqual({ user: "<b>" });
  });
});

describe("the value without match_parameter", () => {
  it.each(["{}", "{name}", "\\{0}", "{{0}}"])("is set unchanged: %j", async (value) => {
    expect(await mangled({ parameter: "user", value }, {})).toEqual({ user: value });
    expect(await mangled({ parameter: "user", value, match_parameter: "" }, {})).toEqual({ user: value });
  });
});

describe("the pattern", () => {
  it.each([`${"\\p{L}{0,999}".repeat(6)}!`, "(?:a{0,1000}){0,1000}", "x".repeat(4_001)])(
    "is refused when saved if it is too large: %#",
    async (match_pattern) => {
      await expect(mangled({ ...matching, match_pattern, value: "x" }, {})).rejects.toThrow(/too large|longer/);
    },
  );

  it("must match the complete value", async () => {
    const options = { ...matching, match_pattern: "a|ab", value: "x" };
    expect(await mangled(options, { user: "ab" })).toEqual({ user: "x" });
    expect(await mangled(options, { user: "abc" })).toEqual({ user: "abc" });
    expect(await mangled(options, { user: "ab\n" })).toEqual({ user: "ab\n" });
  });
});

describe("reset_user", () => {
  it.each(["", null, undefined, "False", " false ", 0])(
    "is accepted if it is %j, which means false",
    async (reset_user) => {
      expect(await mangled({ parameter: "user", value: "x", reset_user }, {})).toEqual({ user: "x" });
    },
  );
});
