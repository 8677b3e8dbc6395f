import { Secret, TOTP } from "otpauth";
import { expect, it } from "vitest";
import { alice, bob, carol, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

describeDomain("check", (prepared) => {
  it("accepts a PIN with an OTP, and the OTP only once", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "OATH1", otpkey: rfcKey, pin: "1234" }, alice);
    expect(await domain.authentication.check({ user: alice, pass: `1234${rfcOtps[0]}` })).toEqual({
      value: true,
      authentication: "ACCEPT",
      detail: {
        message: "matching 1 tokens",
        serial: "OATH1",
        type: "hotp",
        otplen: 6,
        user: expect.objectContaining({ username: "alice", email: "alice@example.com" }),
        "user-resolver": "people",
        "user-realm": "realm1",
      },
      user: expect.objectContaining({ login: "alice", realm: "realm1", resolver: "people" }),
    });
    expect(await domain.authentication.check({ user: alice, pass: `1234${rfcOtps[0]}` })).toMatchObject({
      value: false,
      authentication: "REJECT",
      detail: { message: "wrong otp value", serial: "OATH1" },
    });
  });

  it("accepts an OTP after skipped ones, but none before it", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "OATH1", otpkey: rfcKey }, alice);
    const check = async (otp = "") => (await domain.authentication.check({ serial: "OATH1", pass: otp })).value;
    expect(await check(rfcOtps[5])).toBe(true);
    expect(await check(rfcOtps[4])).toBe(false);
    expect(await check(rfcOtps[6])).toBe(true);
    expect((await domain.tokens.require("OATH1")).otpCounter).toBe(7);
  });

  it("does not search beyond the window", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "OATH1", otpkey: rfcKey }, alice);
    await domain.tokens.set({ serial: "OATH1" }, { countWindow: 3 });
    const check = async (otp = "") => (await domain.authentication.check({ serial: "OATH1", pass: otp })).value;
    expect(await check(rfcOtps[3])).toBe(false);
    expect(await check(rfcOtps[2])).toBe(true);
  });

  it("reports which part was wrong, and counts the failure", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "OATH1", otpkey: rfcKey, pin: "1234" }, alice);
    const attempt = async (pass: string) => (await domain.authentication.check({ user: alice, pass })).detail.message;
    expect(await attempt("1234000000")).toBe("wrong otp value");
    expect(await attempt(`4321${rfcOtps[0]}`)).toBe("wrong otp pin");
    expect(await attempt("short")).toBe("wrong otp pin");
    await domain.tokens.init({ type: "spass", serial: "NOPIN" }, bob);
    expect((await domain.authentication.check({ user: bob, pass: "x" })).detail.message).toBe("wrong otp pin");
    expect(await domain.tokens.require("OATH1")).toMatchObject({ failCount: 3, info: { count_auth: "3" } });
    expect(await attempt(`1234${rfcOtps[0]}`)).toBe("matching 1 tokens");
    const { failCount, info } = await domain.tokens.require("OATH1");
    expect(failCount).toBe(0);
    expect(info).toMatchObject({
      count_auth: "4",
      count_auth_success: "1",
      last_auth: "2026-03-15T12:00:00+00:00",
    });
  });

  it("counts failures for the tokens whose PIN was correct, or for all tokens if no PIN was correct", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey, pin: "1111" }, alice);
    await domain.tokens.init({ serial: "B", otpkey: rfcKey, pin: "2222" }, alice);
    const failCounts = async () => (await domain.tokens.list({ user: alice })).map((token) => token.failCount);
    await domain.authentication.check({ user: alice, pass: "1111000000" });
    expect(await failCounts()).toEqual([1, 0]);
    const { detail } = await domain.authentication.check({ user: alice, pass: "3333000000" });
    expect(await failCounts()).toEqual([2, 1]);
    expect(detail).toEqual({ message: "wrong otp pin" });
  });

  it("locks a token after the maximum number of failures, until it is reset", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "OATH1", otpkey: rfcKey }, alice);
    await domain.tokens.set({ serial: "OATH1" }, { maxFailCount: 2 });
    const attempt = async (pass = "") => (await domain.authentication.check({ serial: "OATH1", pass })).detail.message;
    for (let times = 0; times < 3; times += 1) await attempt("000000");
    expect((await domain.tokens.require("OATH1")).failCount).toBe(2);
    expect(await attempt(rfcOtps[0])).toBe("Failcounter exceeded");
    await domain.tokens.reset({ serial: "OATH1" });
    expect(await attempt(rfcOtps[0])).toBe("wrong otp value");
    expect(await attempt(rfcOtps[1])).toBe("matching 1 tokens");
  });

  it("refuses tokens that are disabled, revoked, used up, or outside their validity period", async () => {
    const { domain, wait } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "S", validity_period_start: "2026-03-15T12:01+0000" }, alice);
    const attempt = async () => (await domain.authentication.check({ serial: "S", pass: "" })).detail.message;
    expect(await attempt()).toBe("Outside validity period");
    wait(60);
    expect(await attempt()).toBe("matching 1 tokens");
    await domain.tokens.set({ serial: "S" }, { validUntil: "2026-03-15T13:02+0100" });
    wait(61);
    expect(await attempt()).toBe("Outside validity period");
    await domain.tokens.setInfo("S", "validity_period_end", "next week");
    expect(await attempt()).toBe("Outside validity period");
    await domain.tokens.set({ serial: "S" }, { validFrom: "", validUntil: "", countAuthSuccessMax: 2 });
    expect(await attempt()).toBe("matching 1 tokens");
    expect(await attempt()).toBe("Authentication counter exceeded");
    await domain.tokens.disable({ serial: "S" });
    expect(await attempt()).toBe("Token is disabled");
    await domain.tokens.revoke({ serial: "S" });
    expect(await attempt()).toBe("Token is revoked");
  });

  it("gives the same response for a user without tokens and for an unknown user", async () => {
    const { domain } = await prepared();
    const without = await domain.authentication.check({ user: carol, pass: "x" });
    const unknown = await domain.authentication.check({ user: { login: "nobody", realm: "realm1" }, pass: "x" });
    expect(without.detail).toEqual({ message: "The user has no tokens assigned" });
    expect(unknown).toEqual({ ...without, user: undefined });
    expect((await domain.authentication.check({ user: { login: "a\0", realm: "realm1" }, pass: "" })).value).toBe(
      false,
    );
  });

  it("requires a user or the serial of an existing token", async () => {
    const { domain } = await prepared();
    await expect(domain.authentication.check({ pass: "" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(domain.authentication.check({ serial: "X\0", pass: "" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("does not accept a token of another user", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "S" }, alice);
    expect((await domain.authentication.check({ serial: "S", user: alice, pass: "" })).value).toBe(true);
    expect(await domain.authentication.check({ serial: "S", user: bob, pass: "" })).toMatchObject({
      value: false,
      detail: { message: "The user has no tokens assigned" },
    });
  });

  it("accepts the current TOTP and those close to it, each only once", async () => {
    const { domain, now, wait } = await prepared();
    await domain.tokens.init({ type: "totp", serial: "T", otpkey: rfcKey, timeWindow: "30" }, alice);
    const at = (seconds: number) =>
      TOTP.generate({ secret: Secret.fromHex(rfcKey), timestamp: now().getTime() + seconds * 1000 });
    const check = async (otp: string) => (await domain.authentication.check({ serial: "T", pass: otp })).value;
    expect(await check(at(-60))).toBe(false);
    expect(await check(at(60))).toBe(false);
    expect(await check(at(-30))).toBe(true);
    expect(await check(at(0))).toBe(true);
    expect(await check(at(0))).toBe(false);
    expect(await check(at(-30))).toBe(false);
    wait(30);
    expect(await check(at(30))).toBe(true);
    expect(await check(at(0))).toBe(false);
  });

  it("accepts passwords, simple passes and registration codes; a registration code only once", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "pw", serial: "P", otpkey: "correct horse", pin: "p" }, alice);
    await domain.tokens.init({ type: "spass", serial: "S", pin: "only" }, alice);
    const { registrationcode } = await domain.tokens.init({ type: "registration", serial: "R" }, alice);
    const attempt = async (pass = "") => {
      const { value, detail } = await domain.authentication.check({ user: alice, pass });
      return value ? detail.serial : undefined;
    };
    expect(await attempt("pcorrect horse")).toBe("P");
    expect(await attempt("only")).toBe("S");
    expect(await attempt(`${registrationcode?.slice(1)}x`)).toBeUndefined();
    expect(await attempt(registrationcode)).toBe("R");
    expect(await attempt(registrationcode)).toBeUndefined();
    expect(await domain.tokens.find("R")).toBeNull();
  });
});
