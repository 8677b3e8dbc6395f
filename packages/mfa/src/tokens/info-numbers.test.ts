import { expect, it } from "vitest";
import { alice, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

describeDomain("numbers in tokeninfo", (prepared) => {
  const hostile = [
    ["timeShift", ["1e300", "1e9", "-999999999999", "Infinity", "0.5", "x"]],
    ["timeStep", ["0", "0.005", "31", "-30", "1e-300"]],
    ["timeWindow", ["-1", "1001", "1e9"]],
    ["otp_list_length", ["0", "1e300", "1001"]],
    ["count_auth_max", ["-1", "1.5", "x"]],
    ["count_auth_success", ["-1", "NaN"]],
  ] as const;

  it("are refused with an error that names the field and what is allowed if they are out of range when written", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "totp", serial: "T", genkey: 1 });
    for (const [field, values] of hostile) {
      for (const value of values) {
        const refusal = { code: "PARAMETER_INVALID", message: expect.stringMatching(`^${field}: .*Allowed: `) };
        await expect(domain.tokens.setInfo("T", field, value), `${field} ${value}`).rejects.toMatchObject(refusal);
        const enrolment = domain.tokens.init({ type: "totp", genkey: 1, tokeninfo: { [field]: value } });
        await expect(enrolment, `${field} ${value}`).rejects.toMatchObject(refusal);
      }
    }
    // an increase that leads to such a value is refused too
    for (const [field, by] of [
      ["timeStep", 1],
      ["timeWindow", 1_000],
      ["count_auth", 999_999_999_999_999],
    ] as const) {
      await domain.tokens.setInfo("T", field, field === "timeStep" ? "30" : "1");
      const before = (await domain.tokens.require("T")).info[field];
      await expect(domain.tokens.increaseInfo("T", field, by), field).rejects.toMatchObject({
        code: "PARAMETER_INVALID",
        message: expect.stringMatching(`^${field}: .*Allowed: `),
      });
      expect((await domain.tokens.require("T")).info[field]).toBe(before);
    }
    for (const [field, value] of [
      ["timeShift", "-60"],
      ["timeStep", "60"],
      ["count_auth_max", "0"],
      ["room", "1e300"],
    ]) {
      await domain.tokens.setInfo("T", field ?? "", value ?? "");
    }
  });

  it("count as absent, and are logged, if they are out of range when read", async () => {
    const warnings: object[] = [];
    const ignore = () => undefined;
    const logger = { debug: ignore, info: ignore, error: ignore, warn: (fields: object) => void warnings.push(fields) };
    const { domain, database } = await prepared({ logger });
    await domain.tokens.init({ type: "totp", serial: "T", otpkey: rfcKey, pin: "1" }, alice);
    await domain.tokens.init({ type: "hotp", serial: "H", otpkey: rfcKey, pin: "1" });
    // as written before such values were checked
    await database.db.updateTable("token").set({ count_window: 2_000_000_000 }).execute();
    for (const [key, value] of [
      ["timeShift", "1e300"],
      ["timeStep", "0.005"],
      ["timeWindow", "1e300"],
    ] as const) {
      await database.db.updateTable("token_info").set({ value }).where("key", "=", key).execute();
    }
    expect((await domain.authentication.check({ serial: "T", pass: "1000000" })).value).toBe(false);
    expect(warnings).toContainEqual({ serial: "T", field: "timeShift" });
    expect(warnings).toContainEqual({ serial: "T", field: "timeStep" });
    expect(await domain.tokens.serialOfOtp(rfcOtps[9], { type: "hotp" })).toBe("H");
    expect((await domain.authentication.check({ serial: "H", pass: "1000000" })).value).toBe(false);
  });
});
