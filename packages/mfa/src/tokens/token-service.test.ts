import { Secret, TOTP } from "otpauth";
import { expect, it } from "vitest";
import { alice, bob, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

describeDomain("tokens", (prepared) => {
  it("are enabled and disabled by serial, by serials and by user", async () => {
    const { domain } = await prepared();
    const { tokens } = domain;
    for (const serial of ["A", "B"]) await tokens.init({ type: "spass", serial }, alice);
    await tokens.init({ type: "spass", serial: "C" }, bob);
    const active = async () => (await tokens.list({ active: true })).map((token) => token.serial);
    expect(await tokens.disable({ user: alice })).toBe(2);
    expect(await active()).toEqual(["C"]);
    expect(await tokens.disable({ serial: "A" })).toBe(0);
    expect(await tokens.enable({ serial: "A, B" })).toBe(2);
    expect(await tokens.disable({ serial: "C", user: bob })).toBe(1);
    expect(await active()).toEqual(["A", "B"]);
    await expect(tokens.enable({ serial: "C", user: alice })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(tokens.enable({ serial: "A,X" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(tokens.enable({})).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });

  it("are revoked permanently", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "A" }, alice);
    expect(await domain.tokens.revoke({ serial: "A" })).toBe(1);
    expect(await domain.tokens.require("A")).toMatchObject({ active: false, revoked: true, locked: true });
    await expect(domain.tokens.enable({ serial: "A" })).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
    expect(await domain.tokens.enable({ user: alice })).toBe(0);
  });

  it("keep a validity period within which they can be used", async () => {
    const { domain } = await prepared();
    const { tokens } = domain;
    const end = "2026-11-26T22:59+0000";
    for (const serial of ["A", "B"]) await tokens.init({ genkey: 1, serial });
    await tokens.set({ serial: "B" }, { validUntil: end });
    const refusal = {
      code: "PARAMETER_INVALID",
      message: expect.stringContaining('token "B" would never be valid'),
    };
    const period = async (serial: string) => {
      const { validity_period_start, validity_period_end } = (await tokens.require(serial)).info;
      return [validity_period_start, validity_period_end];
    };
    for (const validFrom of ["2026-12-23", end, "2026-11-26T23:59+0100"]) {
      await expect(tokens.set({ serial: "B" }, { validFrom, description: "new" })).rejects.toMatchObject(refusal);
    }
    // one invalid token prevents the change of all of them
    await expect(tokens.set({ serial: "A,B" }, { validFrom: "2026-12-23" })).rejects.toMatchObject(refusal);
    await expect(tokens.set({ serial: "A" }, { validFrom: "2026-12-23", validUntil: end })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
    });
    expect([await period("A"), await period("B")]).toEqual([
      [undefined, undefined],
      [undefined, end],
    ]);
    expect((await tokens.require("B")).description).toBe("");

    await tokens.set({ serial: "B" }, { validFrom: "2026-12-23", validUntil: "" });
    await expect(tokens.set({ serial: "B" }, { validUntil: end })).rejects.toMatchObject(refusal);
    // a token whose stored period is already empty can still be changed in other ways
    await tokens.setInfo("B", "validity_period_end", "2026-01-01");
    await tokens.set({ serial: "B" }, { description: "another" });
    await tokens.set({ serial: "B" }, { validFrom: "2025-12-23" });
    expect(await period("B")).toEqual(["2025-12-23T00:00+0000", "2026-01-01"]);
    // two concurrent changes, one of each bound
    await tokens.set({ serial: "A" }, { validFrom: "2026-01-01", validUntil: "2026-12-31" });
    const changes = [{ validFrom: "2026-10-01" }, { validUntil: "2026-05-01" }];
    const settled = await Promise.allSettled(changes.map((change) => tokens.set({ serial: "A" }, change)));
    expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("change their settings, and refuse invalid ones", async () => {
    const { domain } = await prepared();
    const { tokens } = domain;
    await tokens.init({ genkey: 1, serial: "A", validity_period_end: "2030-01-01" });
    const changes = {
      description: "new",
      maxFailCount: 0,
      failCount: -1,
      countWindow: 20,
      syncWindow: 500,
      otpLength: 8,
      hashlib: "sha256",
      validFrom: "2026-01-01T00:00+0100",
      validUntil: "",
      countAuthMax: 5,
      pin: "1",
    };
    expect(await tokens.set({ serial: "A" }, changes)).toBe(1);
    const { info, ...token } = await tokens.require("A");
    expect(token).toMatchObject({
      description: "new",
      maxFailCount: 0,
      failCount: -1,
      countWindow: 20,
      syncWindow: 500,
      otpLength: 8,
      hasPin: true,
    });
    expect(info).toMatchObject({
      hashlib: "sha256",
      validity_period_start: "2025-12-31T23:00+0000",
      count_auth_max: "5",
    });
    expect(info).not.toHaveProperty("validity_period_end");
    await tokens.set({ serial: "A" }, { pin: "" });
    expect((await tokens.require("A")).hasPin).toBe(false);
    for (const bad of [
      { maxFailCount: -1 },
      { countWindow: 0 },
      { otpLength: 7 },
      { hashlib: "md5" },
      { validFrom: "x" },
    ]) {
      await expect(tokens.set({ serial: "A" }, bad)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
  });

  it("are assigned to one user at a time", async () => {
    const { domain } = await prepared();
    const { tokens } = domain;
    await tokens.init({ genkey: 1, serial: "A", pin: "old" });
    await tokens.assign("A", alice, "1234");
    expect(await tokens.require("A")).toMatchObject({ owner: { login: "alice" }, realms: ["realm1"], hasPin: true });
    await tokens.assign("A", alice);
    await expect(tokens.assign("A", bob)).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
    expect(await tokens.unassign({ user: alice })).toBe(1);
    expect(await tokens.unassign({ serial: "A" })).toBe(0);
    const token = await tokens.require("A");
    expect(token).toMatchObject({ owner: null, realms: ["realm1"], hasPin: false });
    expect(token.info).not.toHaveProperty("assignment_date");
    await tokens.assign("A", bob);
    expect(await tokens.count({ user: bob })).toBe(1);
  });

  it("keep the realm of their owner", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "A" }, alice);
    expect(await domain.tokens.setRealms("A", ["realm2"])).toEqual(["realm1", "realm2"]);
    expect(await domain.tokens.setRealms("A", [])).toEqual(["realm1"]);
    await domain.tokens.unassign({ serial: "A" });
    expect(await domain.tokens.setRealms("A", ["Realm2"])).toEqual(["realm2"]);
    await expect(domain.tokens.setRealms("A", ["nowhere"])).rejects.toMatchObject({ code: "USER_INVALID" });
    expect(await domain.tokens.addRealm("A", "REALM1")).toBe(true);
    expect(await domain.tokens.addRealm("A", "nowhere")).toBe(false);
    expect((await domain.tokens.require("A")).realms).toEqual(["realm1", "realm2"]);
    await domain.tokens.setRealms("A", ["realm2"]);
    await domain.realms.delete("realm2");
    expect((await domain.tokens.require("A")).realms).toEqual([]);
  });

  it("can copy their PIN and owner to other tokens", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "A", pin: "1234" }, alice);
    await domain.tokens.init({ type: "spass", serial: "B" });
    await expect(domain.tokens.copyUser("B", "A")).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
    await domain.tokens.copyPin("A", "B");
    await domain.tokens.copyUser("A", "B");
    expect(await domain.tokens.require("B")).toMatchObject({ owner: { login: "alice" }, realms: ["realm1"] });
    expect((await domain.authentication.check({ serial: "B", pass: "1234" })).value).toBe(true);
  });

  it("are replaced by a password if they are lost", async () => {
    const { domain, wait } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey, pin: "1234" }, alice);
    const replacement = await domain.tokens.lost("A");
    expect(replacement).toMatchObject({ serial: "lostA", type: "pw", end_date: "2026-03-25 12:00" });
    const check = async (pass: string) => (await domain.authentication.check({ user: alice, pass })).value;
    expect(await check(`1234${rfcOtps[0]}`)).toBe(false);
    expect(await check(`1234${replacement.password}`)).toBe(true);
    wait(10 * 86_400 + 60);
    expect(await check(`1234${replacement.password}`)).toBe(false);
    await domain.tokens.init({ serial: "B", otpkey: rfcKey });
    await expect(domain.tokens.lost("B")).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
  });

  it("do not replace a token of another user", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey, pin: "1234" }, alice);
    await domain.tokens.init({ type: "spass", serial: "lostA", pin: "bob's" }, bob);
    await expect(domain.tokens.lost("A")).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
    expect(await domain.tokens.require("lostA")).toMatchObject({ type: "spass", owner: { login: "bob" } });
    expect((await domain.authentication.check({ user: bob, pass: "bob's" })).value).toBe(true);
    expect(await domain.tokens.require("A")).toMatchObject({ active: true });
  });

  it("leave no replacement behind if the user may not have another token", async () => {
    const { domain } = await prepared({ maxTokensPerUser: 1 });
    await domain.tokens.init({ serial: "A", otpkey: rfcKey, pin: "1234" }, alice);
    await expect(domain.tokens.lost("A", { selfService: true })).rejects.toMatchObject({ code: "LIMIT_REACHED" });
    expect(await domain.tokens.find("lostA")).toBeNull();
    expect(await domain.tokens.require("A")).toMatchObject({ active: true });
  });

  it("are deleted with everything that belongs to them", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey }, alice);
    await domain.settings.set("challenge_response", "hotp");
    await domain.authentication.triggerChallenge({ serial: "A" });
    expect(await domain.tokens.delete({ serial: "A" })).toBe(1);
    expect(await domain.tokens.find("A")).toBeNull();
    expect(await domain.challenges.list()).toEqual([]);
    await expect(domain.tokens.delete({ serial: "A" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await domain.tokens.init({ serial: "A", otpkey: rfcKey });
    expect((await domain.tokens.require("A")).realms).toEqual([]);
  });

  it("are resynchronized by two consecutive OTPs", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "A", otpkey: rfcKey });
    const { hex } = Secret.fromHex(rfcKey);
    expect(hex.toLowerCase()).toBe(rfcKey);
    expect(await domain.tokens.resync("A", rfcOtps[3], rfcOtps[5])).toBe(false);
    expect(await domain.tokens.resync("A", rfcOtps[3], rfcOtps[4])).toBe(true);
    expect((await domain.tokens.require("A")).otpCounter).toBe(5);
    expect(await domain.tokens.resync("A", rfcOtps[3], rfcOtps[4])).toBe(false);
    await domain.tokens.init({ type: "spass", serial: "S" });
    await expect(domain.tokens.resync("S", "1", "2")).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
  });

  it("store the deviation of their clock", async () => {
    const { domain, now, wait } = await prepared();
    await domain.tokens.init({ type: "totp", serial: "T", otpkey: rfcKey });
    const behind = (seconds: number) =>
      TOTP.generate({ secret: Secret.fromHex(rfcKey), timestamp: now().getTime() - 3600_000 + seconds * 1000 });
    const check = async (pass: string) => (await domain.authentication.check({ serial: "T", pass })).value;
    expect(await check(behind(0))).toBe(false);
    expect(await domain.tokens.resync("T", behind(-30), behind(0))).toBe(true);
    expect((await domain.tokens.require("T")).info.timeShift).toBe("-3600");
    expect(await check(behind(0))).toBe(false);
    wait(30);
    expect(await check(behind(0))).toBe(true);
  });
});
