import { expect, it } from "vitest";
import { alice, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";

describeDomain("importTokens", (prepared) => {
  it("enrolls HOTP and TOTP tokens with their lengths, counters, time steps, users and realms", async () => {
    const { domain } = await prepared();
    const csv = [
      "# version: 2",
      "# user, resolver, realm, serial, key, …",
      `alice, people, realm1, A1, ${rfcKey}, hotp, 6, 5`,
      "",
      `,,,A2,${rfcKey.toUpperCase()},TOTP,8,60,,,`,
      `alice,,realm1,A3,${rfcKey}`,
    ].join("\r\n");
    expect(await domain.tokens.importTokens(`${csv}\r\n`, ["realm2"])).toEqual(["A1", "A2", "A3"]);
    expect(await domain.tokens.require("A1")).toMatchObject({
      type: "hotp",
      otpLength: 6,
      owner: { login: "alice", realm: "realm1", resolver: "people" },
      realms: ["realm1", "realm2"],
      info: { tokenkind: "software", hashlib: "sha1" },
    });
    expect(await domain.tokens.require("A2")).toMatchObject({
      type: "totp",
      otpLength: 8,
      owner: null,
      realms: ["realm2"],
      info: { timeStep: "60" },
    });
    expect(await domain.tokens.require("A3")).toMatchObject({ type: "hotp", otpLength: 6 });
    // OTPs before the counter are used up
    await domain.tokens.delete({ serial: "A3" });
    const check = (pass: string) => domain.authentication.check({ user: alice, pass });
    expect((await check(rfcOtps[4])).authentication).toBe("REJECT");
    expect((await check(rfcOtps[5])).authentication).toBe("ACCEPT");
  });

  it("enrolls a token of the same serial and type again", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "hotp", serial: "B1", pin: "1234" }, alice);
    await domain.tokens.importTokens(`B1,${rfcKey}`);
    expect(await domain.tokens.require("B1")).toMatchObject({ hasPin: true, owner: { login: "alice" } });
    expect((await domain.authentication.check({ user: alice, pass: `1234${rfcOtps[0]}` })).authentication).toBe(
      "ACCEPT",
    );
  });

  it.each([
    ["a key that is not hex", "C2,xyz", "line 2: otpkey: is not valid"],
    ["a type that is not OATH", `C2,${rfcKey},pw`, 'line 2: type is "pw". Allowed: hotp, totp.'],
    ["an OTP length of 7", `C2,${rfcKey},hotp,7`, 'line 2: OTP length is "7". Allowed: 6, 8.'],
    ["a time step of 45 seconds", `C2,${rfcKey},totp,6,45`, 'line 2: time step is "45". Allowed: 30, 60.'],
    [
      "a negative counter",
      `C2,${rfcKey},hotp,6,-1`,
      'line 2: counter is "-1". Allowed: a whole number from 0 to 1000000000.',
    ],
    ["a counter that is too large", `C2,${rfcKey},hotp,6,1000000001`, "line 2: counter"],
    ["a serial with a space", `C 2,${rfcKey}`, 'line 2: serial: "C 2" is not valid.'],
    ["no serial", `,${rfcKey}`, "line 2: has no serial or no key."],
    ["no key", "C2", "line 2: has no serial or no key."],
    ["too many columns", `C2,${rfcKey},hotp,6,0,sha256`, "line 2: has too many columns."],
    ["a serial that occurs twice", `C1,${rfcKey}`, 'line 2: serial "C1" occurs twice.'],
    ["a serial of another type", `SPASS,${rfcKey}`, 'line 2: The token "SPASS" is of type spass'],
  ])("refuses %s with the number of the line, and changes nothing", async (_, line, message) => {
    const { domain } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "SPASS", pin: "1" }, alice);
    const error = await domain.tokens.importTokens(`C1,${rfcKey}\n${line}\nC3,${rfcKey}`).catch((thrown) => thrown);
    expect(error.message).toContain(`file: ${message}`);
    expect(error.message).not.toContain(rfcKey);
    expect(await domain.tokens.count({})).toBe(1);
  });

  it("refuses unknown users, realms and versions, and a file without tokens", async () => {
    const { domain } = await prepared();
    for (const [csv, realms, message] of [
      [`# version: 2\nnobody,,realm1,D1,${rfcKey}`, [], "line 2: "],
      [`# version: 2\nalice,,,D1,${rfcKey}`, [], 'line 2: user "alice" has no realm'],
      [`# version: 2\nalice,others,realm1,D1,${rfcKey}`, [], "line 2: "],
      [`D1,${rfcKey}`, ["nowhere"], 'line 1: There is no realm "nowhere".'],
      [`# version: 3\nD1,${rfcKey}`, [], 'line 1: version is "3". Allowed: 1, 2.'],
      ["# nothing\n\n", [], "does not contain tokens"],
    ] as const) {
      await expect(domain.tokens.importTokens(csv, realms)).rejects.toThrow(`file: ${message}`);
    }
    expect(await domain.tokens.count({})).toBe(0);
  });

  it("accepts at most 1,000 tokens", async () => {
    const { domain } = await prepared();
    const lines = Array.from({ length: 1_001 }, (_, index) => `E${index},${rfcKey}`);
    await expect(domain.tokens.importTokens(lines.join("\n"))).rejects.toThrow("more than 1000 tokens");
    expect(await domain.tokens.count({})).toBe(0);
    expect(await domain.tokens.importTokens(lines.slice(1).join("\n"))).toHaveLength(1_000);
    expect(await domain.tokens.count({})).toBe(1_000);
  });
});
