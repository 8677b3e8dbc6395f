import { expect, it } from "vitest";
import { addSenders, alice, carol, describeDomain, rfcKey } from "../test/fixture.js";

describeDomain("directories", (prepared) => {
  it("read users", async () => {
    const { users } = (await prepared()).domain.directories;
    expect(await users.find(alice)).toMatchObject({ ...alice, resolver: "people", attributes: { givenname: "Alice" } });
    expect(await users.find({ ...alice, realm: "realm2" })).toBeNull();
    expect(await users.resolversOf("realm1")).toEqual(["people"]);
    expect(await users.resolversOf("nowhere")).toEqual([]);
    expect(await users.realms()).toEqual(["realm1", "realm2"]);
    expect(await users.resolvers()).toEqual(["others", "people"]);
    expect(await users.fromParameters({ user: "alice" })).toEqual(alice);
  });

  it("read tokens", async () => {
    const { domain } = await prepared();
    const { tokens, users } = domain.directories;
    await domain.tokens.init({ serial: "A", otpkey: rfcKey, description: "d" }, alice);
    await domain.tokens.init({ type: "spass", serial: "B" }, alice);
    const [user, other] = [await users.find(alice), await users.find(carol)];
    if (user === null || other === null) throw new Error("alice and carol exist");
    expect(await tokens.find("A")).toMatchObject({
      serial: "A",
      type: "hotp",
      description: "d",
      active: true,
      owner: { login: "alice", realm: "realm1", resolver: "people" },
      realms: ["realm1"],
      failCount: 0,
      maxFailCount: 10,
      otpCounter: 0,
    });
    expect(await tokens.find("X")).toBeNull();
    expect(await tokens.find("X\0")).toBeNull();
    expect((await tokens.ofUser(user)).map((token) => token.serial)).toEqual(["A", "B"]);
    expect([await tokens.countOfUser(user), await tokens.countOfUser(other)]).toEqual([2, 0]);
    expect(await tokens.types()).toContain("registration");
  });

  // recorded cases 1451 and 1461: "same resolver user, other realm"
  it("count the tokens and containers of a user in one realm", async () => {
    const { domain } = await prepared();
    const { tokens, containers, users } = domain.directories;
    await domain.realms.save("realm3", [{ name: "people" }, { name: "others" }]);
    await domain.tokens.init({ type: "spass", serial: "A" }, alice);
    await domain.containers.create({ type: "generic", serial: "C", user: alice });
    const [here, there] = [await users.find(alice), await users.find({ ...alice, realm: "realm3" })];
    if (here === null || there === null) throw new Error("alice is in both realms");
    expect([there.resolver, there.uid]).toEqual([here.resolver, here.uid]);
    expect([await tokens.countOfUser(here), await tokens.countOfUser(there)]).toEqual([1, 0]);
    expect([(await tokens.ofUser(here)).length, (await tokens.ofUser(there)).length]).toEqual([1, 0]);
    expect([await containers.countOfUser(here), await containers.countOfUser(there)]).toEqual([1, 0]);
  });

  it("read containers", async () => {
    const { domain } = await prepared();
    const { containers, users } = domain.directories;
    await domain.containers.create({ type: "smartphone", serial: "S", user: alice });
    await domain.tokens.init({ type: "spass", serial: "T" });
    await domain.containers.addToken("S", "T");
    const user = await users.find(alice);
    if (user === null) throw new Error("alice exists");
    expect(await containers.find("S")).toMatchObject({ type: "smartphone", states: ["active"], tokens: ["T"] });
    expect(await containers.find("T")).toBeNull();
    expect(await containers.ofToken("T")).toMatchObject({ serial: "S", owners: [{ login: "alice" }] });
    expect(await containers.countOfUser(user)).toBe(1);
    expect(await containers.types()).toEqual(["generic", "smartphone", "yubikey"]);
  });

  it("read challenges without their expected answers", async () => {
    const { domain, mails } = await prepared();
    await addSenders(domain);
    await domain.tokens.init({ type: "email", serial: "E" }, alice);
    const { detail } = await domain.authentication.triggerChallenge({ serial: "E" });
    await domain.authentication.triggerChallenge({ serial: "E" });
    const { challenges } = domain.directories;
    expect(await challenges.of("E")).toHaveLength(2);
    expect(await challenges.of("E", "1")).toEqual([]);
    expect(await challenges.of("E", detail.transaction_id)).toEqual([
      {
        transactionId: detail.transaction_id,
        serial: "E",
        session: "",
        data: "",
        createdAt: new Date("2026-03-15T12:00:00Z"),
        expiresAt: new Date("2026-03-15T12:02:00Z"),
      },
    ]);
    expect(mails).toHaveLength(2);
  });
});
