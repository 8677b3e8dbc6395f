import { expect, it } from "vitest";
import { alice, bob, describeDomain, rfcKey, rfcOtps } from "../../test/fixture.js";
import type { TokenFilter, TokenSort } from "./types.js";

describeDomain("lists of tokens", (prepared) => {
  const withTokens = async () => {
    const { domain } = await prepared();
    const { tokens } = domain;
    await tokens.init({ genkey: 1, serial: "OATH1", description: "Alice's 100%" }, alice);
    await tokens.init({ type: "totp", genkey: 1, serial: "TOTP1", tokeninfo: { colour: "red" } }, alice);
    await tokens.init({ type: "spass", serial: "PISP1", description: "a_b" }, bob);
    await tokens.init({ type: "spass", serial: "PISP2", tokenrealm: "realm2", description: "Ärger" });
    await tokens.disable({ serial: "PISP2" });
    return domain;
  };

  it("are narrowed by filters", async () => {
    const { tokens } = await withTokens();
    const cases: [TokenFilter, string][] = [
      [{}, "OATH1 PISP1 PISP2 TOTP1"],
      [{ serial: "PISP*" }, "PISP1 PISP2"],
      [{ serial: "*th1" }, "OATH1"],
      [{ serial: "PISP_" }, ""],
      [{ type: "hotp, TOTP" }, "OATH1 TOTP1"],
      [{ user: alice }, "OATH1 TOTP1"],
      [{ user: { login: "nobody", realm: "realm1" } }, ""],
      [{ user: { login: "alice", realm: "realm2" } }, ""],
      [{ realm: "Realm2" }, "PISP2"],
      [{ resolver: "people" }, "OATH1 PISP1 TOTP1"],
      [{ assigned: false }, "PISP2"],
      [{ assigned: true, type: "spass" }, "PISP1"],
      [{ active: false }, "PISP2"],
      [{ description: "*100%" }, "OATH1"],
      [{ description: "a_b" }, "PISP1"],
      [{ description: "a%" }, ""],
      [{ description: "Är*" }, "PISP2"],
      [{ infoKey: "colour" }, "TOTP1"],
      [{ infoKey: "colour", infoValue: "R*" }, "TOTP1"],
      [{ infoKey: "colour", infoValue: "blue" }, ""],
      [{ rolloutState: "enrolled", active: false }, "PISP2"],
      [{ rolloutState: "*ROLLED", active: false }, "PISP2"],
      [{ type: "*TP" }, "OATH1 TOTP1"],
      [{ type: "*tp, spa*" }, "OATH1 PISP1 PISP2 TOTP1"],
      [{ type: "*no" }, ""],
      [{ realm: "*m2" }, "PISP2"],
      [{ resolver: "*PLE" }, "OATH1 PISP1 TOTP1"],
      [{ resolver: "People" }, ""],
      [{ resolver: "*" }, "OATH1 PISP1 TOTP1"],
    ];
    for (const [filter, expected] of cases) {
      const serials = (await tokens.list(filter)).map((token) => token.serial);
      expect(serials.join(" "), JSON.stringify(filter)).toBe(expected);
      expect(await tokens.count(filter)).toBe(serials.length);
    }
  });

  it("are sorted and divided into pages", async () => {
    const { tokens } = await withTokens();
    const first = await tokens.page({}, { pageSize: 3, sortBy: "type" });
    expect(first).toMatchObject({ count: 4, current: 1, previous: null, next: 2 });
    expect(first.tokens.map((token) => token.serial)).toEqual(["OATH1", "PISP1", "PISP2"]);
    const last = await tokens.page({}, { page: 2, pageSize: 3, sortBy: "type" });
    expect(last).toMatchObject({ count: 4, current: 2, previous: 1, next: null });
    expect(last.tokens.map((token) => token.serial)).toEqual(["TOTP1"]);
    const descending = await tokens.page({ assigned: true }, { sortBy: "username", descending: true });
    expect(descending.tokens.map((token) => token.owner?.login)).toEqual(["bob", "alice", "alice"]);
    expect((await tokens.page({}, { page: -1, pageSize: 1 })).tokens).toHaveLength(1);
    const { cursor } = await tokens.page({}, { pageSize: 1 });
    expect((await tokens.page({}, { page: 1_000_000, pageSize: 1, cursor })).tokens).toHaveLength(1);
    expect((await tokens.page({}, { page: 5_001, pageSize: 10 })).tokens).toEqual([]);
    await expect(tokens.page({}, { page: 5_002, pageSize: 10 })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
      message: expect.stringMatching(
        /^page: "?5002"? is not valid. Allowed: a page that begins among the first 50,000/,
      ),
    });
    const counted = await tokens.page({ type: "spass" }, { page: 2, pageSize: 0 });
    expect(counted).toMatchObject({ count: 2, tokens: [], current: 2, previous: null, next: null });
  });

  it("can be read by cursor in every order, with each token once", async () => {
    const { tokens } = await withTokens();
    const orders = [
      "serial",
      "type",
      "description",
      "active",
      "failCount",
      "rolloutState",
      "username",
      "realm",
    ] as const satisfies readonly TokenSort[];
    for (const sortBy of orders) {
      for (const descending of [false, true]) {
        const whole = await tokens.page({}, { pageSize: 100, sortBy, descending });
        expect(whole.cursor).toBeUndefined();
        const walked: string[] = [];
        for (let cursor: string | undefined = "", pages = 0; cursor !== undefined && pages < 10; pages++) {
          const page = await tokens.page({}, { pageSize: 1, sortBy, descending, cursor: cursor || undefined });
          walked.push(...page.tokens.map(({ serial }) => serial));
          expect(page.count).toBe(4);
          cursor = page.cursor;
        }
        expect(walked, `${sortBy} ${descending}`).toEqual(whole.tokens.map(({ serial }) => serial));
      }
    }
  });

  it("refuse a cursor of another list", async () => {
    const { tokens } = await withTokens();
    const { cursor = "" } = await tokens.page({}, { pageSize: 1 });
    const other = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
    for (const [paging, given] of [
      [{ sortBy: "type" }, cursor],
      [{ descending: true }, cursor],
      [{}, "nonsense"],
      [{}, other("serial", false, 1, "a")],
      [{}, other("serial", false, "a\0", "a")],
      [{ sortBy: "active" }, other("active", false, "a", "a")],
      [{ sortBy: "active" }, other("active", false, 1e300, "a")],
    ] as const) {
      await expect(tokens.page({}, { ...paging, cursor: given })).rejects.toMatchObject({
        code: "PARAMETER_INVALID",
        message: expect.stringMatching(/^cursor: /),
      });
    }
  });

  it("find the serial of an OTP if only one token shows it", async () => {
    const { tokens } = await withTokens();
    await tokens.init({ serial: "A", otpkey: rfcKey }, alice);
    expect(await tokens.serialOfOtp(rfcOtps[3])).toBe("A");
    expect(await tokens.serialOfOtp(rfcOtps[3], { assigned: false })).toBeNull();
    await tokens.init({ serial: "B", otpkey: rfcKey });
    expect(await tokens.serialOfOtp(rfcOtps[3])).toBeNull();
    expect(await tokens.serialOfOtp(rfcOtps[3], { assigned: false })).toBe("B");
  });

  it("come with the names of all token types", async () => {
    const { tokens } = await withTokens();
    const types = tokens.types().map(({ type }) => type);
    expect(types).toEqual([
      "hotp",
      "totp",
      "spass",
      "pw",
      "registration",
      "email",
      "sms",
      "paper",
      "tan",
      "applspec",
      "push",
    ]);
  });
});
