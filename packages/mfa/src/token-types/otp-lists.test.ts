import { expect, it } from "vitest";
import { alice, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

describeDomain("paper tokens", (prepared) => {
  it("print a list, and count how many of its OTPs have been used", async () => {
    const { domain } = await prepared();
    const { serial, otps } = await domain.tokens.init({ type: "paper", pin: "1", otpkey: rfcKey }, alice);
    expect(serial).toMatch(/^PPR[0-9A-F]{8}$/);
    expect(Object.keys(otps as object)).toHaveLength(100);
    expect(otps).toMatchObject({ 0: rfcOtps[0], 9: rfcOtps[9] });
    const attempt = async (otp = "") => (await domain.authentication.check({ user: alice, pass: `1${otp}` })).value;
    expect(await attempt(rfcOtps[0])).toBe(true);
    expect(await attempt(rfcOtps[0])).toBe(false);
    expect(await attempt(rfcOtps[4])).toBe(true);
    expect(await attempt(rfcOtps[3])).toBe(false);
    expect((await domain.tokens.require(serial)).otpCounter).toBe(5);
  });

  it("end when their list has been used up", async () => {
    const { domain } = await prepared();
    const { serial, otps } = await domain.tokens.init(
      { type: "paper", otpkey: rfcKey, papertoken_count: "3", hashlib: "sha1" },
      alice,
    );
    expect(otps).toEqual({ 0: rfcOtps[0], 1: rfcOtps[1], 2: rfcOtps[2] });
    const attempt = async (pass: string) => (await domain.authentication.check({ user: alice, pass })).value;
    expect(await attempt(rfcOtps[3])).toBe(false);
    expect(await domain.tokens.resync(serial, rfcOtps[2], rfcOtps[3])).toBe(false);
    expect(await domain.tokens.resync(serial, rfcOtps[0], rfcOtps[1])).toBe(true);
    expect(await attempt(rfcOtps[1])).toBe(false);
    expect(await attempt(rfcOtps[2])).toBe(true);
    await domain.tokens.deleteInfo(serial, "otp_list_length");
    expect(await attempt(rfcOtps[3])).toBe(false);
  });

  it("do not need genkey, and differ from each other", async () => {
    const { domain } = await prepared();
    const first = await domain.tokens.init({ type: "paper" });
    const second = await domain.tokens.init({ type: "paper", otplen: "8" });
    expect(first.otps).not.toEqual(second.otps);
    expect(Object.values(second.otps as object)).toContainEqual(expect.stringMatching(/^\d{8}$/));
    await expect(domain.tokens.init({ type: "paper", papertoken_count: "0" })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
    });
  });
});

describeDomain("TAN tokens", (prepared) => {
  it("accept each OTP of their list once, in any order", async () => {
    const { domain } = await prepared();
    const { serial, otps } = await domain.tokens.init({ type: "tan", otpkey: rfcKey, tantoken_count: "10" }, alice);
    expect(serial).toMatch(/^PITN[0-9A-F]{8}$/);
    expect(Object.values(otps as object)).toEqual([...rfcOtps]);
    const attempt = async (pass: string) => (await domain.authentication.check({ user: alice, pass })).value;
    for (const number of [7, 0, 9, 3] as const) {
      expect([number, await attempt(rfcOtps[number])]).toEqual([number, true]);
      expect([number, await attempt(rfcOtps[number])]).toEqual([number, false]);
    }
    const { info, otpCounter } = await domain.tokens.require(serial);
    expect([info.unused_tans, otpCounter]).toEqual(["1,2,4,5,6,8", 4]);
    // an OTP that is not known to be unused cannot be used
    await domain.tokens.deleteInfo(serial, "unused_tans");
    expect(await attempt(rfcOtps[1])).toBe(false);
  });

  it("accept only one of several concurrent uses", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "tan", otpkey: rfcKey }, alice);
    const attempts = Array.from({ length: 5 }, () => domain.authentication.check({ user: alice, pass: rfcOtps[2] }));
    const values = (await Promise.all(attempts)).map(({ value }) => value);
    expect(values.filter(Boolean)).toHaveLength(1);
  });

  it("use up an OTP that is entered while the token is disabled", async () => {
    const { domain } = await prepared();
    const { serial } = await domain.tokens.init({ type: "tan", otpkey: rfcKey }, alice);
    await domain.tokens.disable({ serial });
    await domain.authentication.check({ user: alice, pass: rfcOtps[2] });
    await domain.tokens.enable({ serial });
    expect((await domain.authentication.check({ user: alice, pass: rfcOtps[2] })).value).toBe(false);
  });
});

describeDomain("application-specific passwords", (prepared) => {
  it("are valid only for their application", async () => {
    const { domain } = await prepared();
    const { serial, password } = await domain.tokens.init({ type: "applspec", service_id: "mail", pin: "1" }, alice);
    expect(serial).toMatch(/^ASP[0-9A-F]{8}$/);
    const attempt = async (serviceId?: string) =>
      (await domain.authentication.check({ user: alice, pass: `1${password}`, serviceId })).value;
    expect(await attempt("mail")).toBe(true);
    expect(await attempt("mail")).toBe(true);
    expect(await attempt("calendar")).toBe(false);
    expect(await attempt()).toBe(false);
    await expect(domain.tokens.init({ type: "applspec" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });
});
