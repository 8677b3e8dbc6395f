import { describe, expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

describe("the period in which a token is valid", () => {
  it("cannot be set so that the token could never be used", async () => {
    const { admin, domain } = await bareServer();
    await admin.call("POST", "/token/init", { type: "hotp", genkey: 1, serial: "V1" });
    const end = "2026-11-26T22:59+0000";
    expect((await admin.call("POST", "/token/set", { serial: "V1", validity_period_end: end })).status).toBe(200);
    for (const [path, parameters] of [
      ["/token/set", { validity_period_start: "2026-12-23" }],
      ["/token/set/V1", { validityPeriodStart: "2026-11-26T23:59+0100", pin: "new" }],
      ["/token/init", { type: "hotp", genkey: 1, validity_period_start: "2026-12-23", validity_period_end: end }],
    ] as const) {
      const { status, body } = await admin.call("POST", path, { serial: "V1", ...parameters });
      expect([status, body.result.error?.message]).toEqual([400, expect.stringContaining("never be valid")]);
    }
    const { info, hasPin } = await domain.tokens.require("V1");
    expect([info.validity_period_start, info.validity_period_end, hasPin]).toEqual([undefined, end, false]);
  });
});

describe("additional_params", () => {
  const enrol = (additional_params: unknown, tokentype = "hotp") => ({
    name: "enrol",
    event: "token_init",
    position: "post",
    handlermodule: "Token",
    action: "enroll",
    options: { tokentype, additional_params },
  });

  it.each([
    ['{"hashlb": "sha256"}', "hashlb"],
    ["OtpLen: 8", "OtpLen"],
    ["{otplen: 8, colour: red}", "colour"],
    [{ max_failcount: 3 }, "max_failcount"],
  ])("%j: names that no token type knows are refused", async (given, name) => {
    const { admin, bookend } = await bareServer();
    const { status, body } = await admin.call("POST", "/event", enrol(given));
    expect(status).toBe(400);
    expect(body.result.error.message).toContain(`no token type has a parameter "${name}"`);
    expect(body.result.error.message).toMatch(/Allowed: .*\botplen\b/);
    expect(await bookend.bindings.list()).toEqual([]);
    // an import keeps the binding, but disables it
    const imported = await admin.call("POST", "/event/import", [enrol(given)]);
    expect(imported.body.detail.bindings).toMatchObject([{ active: false }]);
  });

  it("accepts names that token types know, and warns about those that this type ignores", async () => {
    const { admin } = await bareServer();
    const check = async (given: unknown, tokentype?: string) =>
      (await admin.call("POST", "/event/check", enrol(given, tokentype))).body.result.value;
    expect(await check('{"hashlib": "sha256", "otplen": 8, "genkey": 1, "tokeninfo": {"a": "b"}}')).toMatchObject({
      valid: true,
      problems: [],
    });
    expect(await check("type: totp\ntimeStep: 60")).toMatchObject({ valid: true, problems: [] });
    expect(await check("timeStep: 60")).toMatchObject({
      valid: true,
      problems: [{ severity: "warning", message: expect.stringContaining('type "hotp" ignores "timeStep"') }],
    });
  });
});

describe("the condition container_info", () => {
  const day = 86_400_000;
  const iso = (at: number) => new Date(at).toISOString().replace("Z", "+00:00");

  const cases = [
    ["seen < {now} - 180d", iso(Date.now() - 200 * day), "fulfilled"],
    ["seen < {now} - 180d", iso(Date.now() - day), "not fulfilled"],
    ["seen < {NOW}-26w", iso(Date.now() - day), "not fulfilled"],
    ["seen > {current_time} - 1y", iso(Date.now() - day).slice(0, 10), "fulfilled"],
    ["seen 'date_before' {now}", "2020-01-01 10:00:00", "fulfilled"],
    ["seen '!date_before' {now} + 1d", "2020-01-01", "not fulfilled"],
    ["seen 'date_within_last' 7d", iso(Date.now() - day), "fulfilled"],
    ["seen < {now}", "never", "unknown"],
    ["seen < {now}", "11/26/2016", "unknown"],
    ["seen > {now}", "11/26/2016", "unknown"],
    ["seen == 2020-01-01", "2020-01-01T01:00+0100", "fulfilled"],
    ["seen == ", "2020-01-01", "not fulfilled"],
    ["lost == ", "2020-01-01", "unknown"],
    ["seen == 05", "5", "fulfilled"],
  ] as const;

  it("compares times like the other conditions on fields", async () => {
    const { admin, bind } = await bareServer();
    await admin.call("POST", "/container/init", { type: "generic", container_serial: "C1" });
    for (const [container_info] of cases) {
      await bind({
        event: "container_list",
        position: "post",
        handlermodule: "Logging",
        action: "logging",
        conditions: { container_info },
      });
    }
    const answers: string[] = [];
    for (const [index, [, value]] of cases.entries()) {
      await admin.call("POST", "/container/C1/info/seen", { value });
      const parameters = { container_serial: "C1" };
      const { body } = await admin.call("POST", "/event/explain", { event: "container_list", parameters });
      answers.push(body.result.value.bindings[index].conditions[0].answer);
    }
    expect(answers).toEqual(cases.map(([, , answer]) => answer));
  });

  it.each(["seen < {now}-6M", "seen < {now-180d}", "seen < {now}-0.5y", "seen < 1 and lost == 2"])(
    "%s is refused",
    async (container_info) => {
      const { bind } = await bareServer();
      const binding = { event: "container_list", position: "post", handlermodule: "Logging", action: "logging" };
      await expect(bind({ ...binding, conditions: { container_info } })).rejects.toThrow("conditions.container_info");
    },
  );
});
