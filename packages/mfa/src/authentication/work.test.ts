import type { UserRef } from "@bookend/core";
import { verify } from "@node-rs/argon2";
import { expect, it, vi } from "vitest";
import { addSenders, alice, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

// the real hash function, with a counter
vi.mock("@node-rs/argon2", { spy: true });

describeDomain("the work for one request", (prepared) => {
  it("is at most 50 PIN hashes, of tokens that can be used", async () => {
    const { domain } = await prepared();
    for (let n = 1; n <= 60; n++) await domain.tokens.init({ type: "spass", serial: `S${n}`, pin: `pin${n}` }, alice);
    const check = async (pass: string) => domain.authentication.check({ user: alice, pass });
    expect((await check("pin10")).value).toBe(true);
    expect((await check("pin60")).value).toBe(false);
    // a token that was not examined has not failed
    const counts = await Promise.all(
      [1, 50, 51, 60].map(async (n) => (await domain.tokens.require(`S${n}`)).failCount),
    );
    expect(counts).toEqual([1, 1, 0, 0]);
    await domain.tokens.disable({ serial: Array.from({ length: 20 }, (_, n) => `S${n + 1}`).join(",") });
    expect(await check("pin60")).toMatchObject({ value: true, detail: { serial: "S60" } });
    expect((await check("pin1")).detail.message).toBe("wrong otp pin");
  });

  it("is a PIN hash only for usable tokens, and only if the part after the PIN could belong to the token's type", async () => {
    const { domain } = await prepared();
    const { tokens, authentication } = domain;
    const hashesOf = async (attempt: { pass: string; user?: UserRef; serviceId?: string }) => {
      vi.mocked(verify).mockClear();
      const { detail } = await authentication.check({ user: alice, ...attempt });
      return [vi.mocked(verify).mock.calls.length, detail.message];
    };
    await tokens.init({ type: "hotp", serial: "H", otpkey: rfcKey, pin: "1" }, alice);
    await tokens.init({ type: "totp", serial: "T", otpkey: rfcKey, pin: "2" }, alice);
    await tokens.init({ type: "tan", serial: "N", otpkey: rfcKey, pin: "3" }, alice);
    await tokens.init({ type: "spass", serial: "S", pin: "4" }, alice);
    await tokens.init({ type: "applspec", serial: "A", service_id: "ssh", pin: "5" }, alice);
    await tokens.init({ type: "pw", serial: "P", otpkey: "correct horse", pin: "6" }, alice);
    // a word may be the PIN of the simple pass or a password, but it is not an OTP
    expect(await hashesOf({ pass: "9no-such-password" })).toEqual([2, "wrong otp pin"]);
    expect(await hashesOf({ pass: "9no-such-password", serviceId: "mail" })).toEqual([2, "wrong otp pin"]);
    expect(await hashesOf({ pass: "9no-such-password", serviceId: "ssh" })).toEqual([3, "wrong otp pin"]);
    expect(await hashesOf({ pass: "9123456" })).toEqual([4, "wrong otp pin"]);
    expect(await hashesOf({ pass: "4" })).toEqual([1, "matching 1 tokens"]);
    await tokens.disable({ serial: "H,T,N" });
    expect(await hashesOf({ pass: "9123456" })).toEqual([1, "wrong otp pin"]);

    // if no token can be used, the reason is determined for at most one: the one with this OTP
    for (let n = 0; n < 20; n++) await tokens.init({ type: "spass", serial: `S${n}`, pin: `${n}` }, alice);
    await tokens.disable({ user: alice });
    expect(await hashesOf({ pass: "9123456" })).toEqual([1, "wrong otp pin"]);
    expect(await hashesOf({ pass: `1${rfcOtps[0]}` })).toEqual([1, "Token is disabled"]);
    expect(await hashesOf({ pass: `7${rfcOtps[1]}` })).toEqual([1, "wrong otp pin"]);
    await tokens.delete({ user: alice });
    await tokens.init({ type: "spass", serial: "ONLY", pin: "4" }, alice);
    await tokens.disable({ serial: "ONLY" });
    expect(await hashesOf({ pass: "4" })).toEqual([1, "Token is disabled"]);
  });

  it("is at most five codes sent per minute for one token", async () => {
    const { domain, texts, wait } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "sms", serial: "S", phone: "+49 151 1111" }, alice);
    const trigger = async () => (await domain.authentication.triggerChallenge({ user: alice })).authentication;
    const verdicts = [];
    for (let n = 0; n < 7; n++) verdicts.push(await trigger());
    expect(verdicts).toEqual([...Array(5).fill("CHALLENGE"), "REJECT", "REJECT"]);
    expect(texts).toHaveLength(5);
    wait(60);
    expect(await trigger()).toBe("CHALLENGE");
    expect(texts).toHaveLength(6);
    // challenges beyond ten open ones are refused
    await Promise.allSettled(Array.from({ length: 10 }, trigger));
    expect(texts.length).toBeLessThanOrEqual(10);
  });

  it("is not increased by stored data: strings, fields and search patterns are limited", async () => {
    const { domain } = await prepared();
    const { tokens, containers, users } = domain;
    await tokens.init({ type: "spass", serial: "S", pin: "1" }, alice);
    const container = await containers.create({ type: "generic" });
    const long = (length: number) => "d".repeat(length);
    const refused: (() => Promise<unknown>)[] = [
      () => tokens.init({ type: "spass", serial: "S2", pin: "1", description: long(1_001) }, alice),
      () => tokens.init({ type: "spass", serial: "S2", pin: long(256) }, alice),
      () => tokens.init({ type: "spass", serial: "S2", pin: "1", tokeninfo: { a: long(10_001) } }, alice),
      () => tokens.set({ serial: "S" }, { description: long(1_001) }),
      () => tokens.setInfo("S", "a", long(10_001)),
      () => tokens.setInfo("S", long(256), "a"),
      () => tokens.increaseInfo("S", long(256), 1),
      () => containers.create({ type: "generic", description: long(1_001) }),
      () => containers.setDescription(container.serial, long(1_001)),
      () => containers.setInfo(container.serial, "a", long(10_001)),
      () => users.setAttribute(alice, "a", long(256)),
      () => users.setAttribute(alice, long(256), "a"),
      () => users.add("people", { username: "x", email: long(256) }),
      () => domain.tokenGroups.save("g", long(1_001)),
      () => domain.smtpServers.save({ name: long(256), host: "h" }),
      () => tokens.page({ description: `*${long(100)}*` }),
      () => tokens.page({ serial: "*a*b*c*d*e*" }),
      () => tokens.count({ infoKey: "k", infoValue: "*".repeat(101) }),
      () => containers.page({ description: "******" }),
      () => users.list({ attributes: { username: "*a*b*c*d*e*" } }),
    ];
    for (const attempt of refused) {
      await expect(attempt(), String(attempt)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, "v"]));
    await containers.replaceInfo(container.serial, fields);
    await expect(containers.setInfo(container.serial, "one more", "v")).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
    });
    await containers.setInfo(container.serial, "k0", "w");
    expect((await tokens.page({ description: "*d*" })).count).toBe(0);
    expect((await users.list({ attributes: { username: "*ali**" } })).map(({ login }) => login)).toEqual(["alice"]);
  });
});
