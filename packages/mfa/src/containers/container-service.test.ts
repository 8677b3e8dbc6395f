import { expect, it } from "vitest";
import { alice, bob, describeDomain } from "../../test/fixture.js";

const generic = { type: "generic" };

describeDomain("containers", (prepared) => {
  it("are created active, with a serial of their type, in the realm of their owner", async () => {
    const { domain, now } = await prepared();
    const { containers } = domain;
    for (const [type, prefix] of [
      ["generic", "CONT"],
      ["smartphone", "SMPH"],
      ["yubikey", "YUBI"],
    ] as const) {
      expect((await containers.create({ type })).serial).toMatch(new RegExp(`^${prefix}\\d{8}$`));
    }
    const made = await containers.create({ type: "Generic", serial: "C1", description: "mine", user: alice });
    expect(made).toMatchObject({
      serial: "C1",
      type: "generic",
      description: "mine",
      states: ["active"],
      realms: ["realm1"],
      owners: [{ login: "alice", realm: "realm1", resolver: "people" }],
      tokens: [],
      info: { creation_date: `${now().toISOString().slice(0, 19)}+00:00` },
      lastAuthentication: null,
      lastSynchronization: null,
    });
    expect(await containers.find("C1")).toEqual(made);
    expect(await containers.find("nope\0")).toBeNull();
    await domain.tokens.init({ type: "spass", serial: "T1" });
    await domain.tokens.init({ type: "spass", serial: "T2" });
    const filled = await containers.create({ type: "generic", realms: ["REALM2"], tokens: ["T1", "T2"] });
    expect(filled).toMatchObject({ realms: ["realm2"], tokens: ["T1", "T2"], owners: [] });
  });

  it("are refused if a parameter is invalid", async () => {
    const { containers } = (await prepared()).domain;
    await containers.create({ ...generic, serial: "C1" });
    await expect(containers.create({ type: "bag" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(containers.create({ ...generic, serial: "C1" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(containers.create({ ...generic, serial: "a/b" })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(containers.create({ ...generic, realms: ["nope"] })).rejects.toMatchObject({ code: "USER_INVALID" });
    await expect(containers.create({ ...generic, user: { login: "x", realm: "realm1" } })).rejects.toMatchObject({
      code: "USER_INVALID",
    });
    await expect(containers.create({ ...generic, serial: "C3", tokens: ["T"] })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect((await containers.page({})).count).toBe(1);
    for (const use of [
      () => containers.delete("C2"),
      () => containers.addToken("C2", "T"),
      () => containers.addToken("C1", "T"),
      () => containers.assign("C2", alice),
      () => containers.setStates("C2", ["lost"]),
      () => containers.setInfo("C2", "k", "v"),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });

  it("take a token out of any other container, and can release it", async () => {
    const { containers, tokens } = (await prepared()).domain;
    for (const serial of ["C1", "C2"]) await containers.create({ ...generic, serial });
    for (const serial of ["T1", "T2", "T3"]) await tokens.init({ type: "spass", serial });
    expect(await containers.addToken("C1", "T1")).toBe(true);
    expect(await containers.addToken("C1", "T1")).toBe(false);
    expect(await containers.addToken("C1", "T2")).toBe(true);
    expect(await containers.addToken("C2", "T1")).toBe(true);
    expect((await containers.require("C1")).tokens).toEqual(["T2"]);
    expect((await containers.ofToken("T1"))?.serial).toBe("C2");
    expect(await containers.ofToken("T3")).toBeNull();
    expect(await containers.serialsOf(["T1", "T2", "T3"])).toEqual(
      new Map([
        ["T1", "C2"],
        ["T2", "C1"],
      ]),
    );
    expect(await containers.removeToken("C2", "T2")).toBe(false);
    expect(await containers.removeToken("C2", "T1")).toBe(true);
    await containers.addToken("C1", "T1");
    await tokens.delete({ serial: "T1" });
    expect((await containers.require("C1")).tokens).toEqual(["T2"]);
    await containers.addToken("C1", "T3");
    expect(await containers.removeAllTokens("C1")).toBe(2);
    await containers.addToken("C1", "T3");
    await containers.delete("C1");
    expect(await containers.find("C1")).toBeNull();
    expect(await tokens.find("T3")).not.toBeNull();
    expect(await containers.ofToken("T3")).toBeNull();
  });

  it("have owners, and stay in their realms", async () => {
    const { containers } = (await prepared()).domain;
    await containers.create({ ...generic, serial: "C1", user: alice });
    expect(await containers.assign("C1", alice)).toBe(false);
    expect(await containers.assign("C1", { login: "dave", realm: "realm2" })).toBe(true);
    expect((await containers.require("C1")).realms).toEqual(["realm1", "realm2"]);
    expect(await containers.countOfUser(alice)).toBe(1);
    expect(await containers.countOfUser(bob)).toBe(0);
    expect(await containers.countOfUser({ login: "nobody", realm: "realm1" })).toBe(0);
    expect(await containers.unassign("C1", bob)).toBe(false);
    expect(await containers.unassign("C1", alice)).toBe(true);
    expect((await containers.require("C1")).owners.map(({ login }) => login)).toEqual(["dave"]);
    expect(await containers.setRealms("C1", [])).toEqual(["realm2"]);
    expect(await containers.setRealms("C1", ["Realm1 "])).toEqual(["realm1", "realm2"]);
    await expect(containers.setRealms("C1", ["nope"])).rejects.toMatchObject({ code: "USER_INVALID" });
    expect(await containers.unassign("C1")).toBe(true);
    expect(await containers.unassign("C1")).toBe(false);
    expect((await containers.require("C1")).realms).toEqual(["realm1", "realm2"]);
  });

  it("have states, some of which exclude each other", async () => {
    const { containers } = (await prepared()).domain;
    await containers.create({ ...generic, serial: "C1" });
    const states = async () => (await containers.require("C1")).states;
    await containers.changeStates("C1", { add: ["lost"] });
    expect(await states()).toEqual(["active", "lost"]);
    await containers.changeStates("C1", { add: ["disabled", "damaged"] });
    expect(await states()).toEqual(["damaged", "disabled", "lost"]);
    await containers.changeStates("C1", { remove: ["lost", "active"] });
    expect(await states()).toEqual(["damaged", "disabled"]);
    await containers.setStates("C1", ["active", "lost", "active"]);
    expect(await states()).toEqual(["active", "lost"]);
    await expect(containers.setStates("C1", ["active", "disabled"])).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
    });
    await expect(containers.changeStates("C1", { add: ["stolen"] })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
    });
    expect(await states()).toEqual(["active", "lost"]);
    await containers.setStates("C1", []);
    expect(await states()).toEqual([]);
  });

  it("have info fields, some of which only the server can change", async () => {
    const { containers } = (await prepared()).domain;
    const { info } = await containers.create({ ...generic, serial: "C1" });
    const fields = async () => (await containers.require("C1")).info;
    await containers.setInfo("C1", "a", "1");
    await containers.setInfo("C1", "a", "2");
    expect(await fields()).toEqual({ ...info, a: "2" });
    await containers.replaceInfo("C1", { b: "3", c: "4" });
    expect(await fields()).toEqual({ ...info, b: "3", c: "4" });
    expect(await containers.deleteInfo("C1", "nope")).toBe(0);
    expect(await containers.deleteInfo("C1", "b")).toBe(1);
    await containers.setInfo("C1", "d", "5");
    expect(await containers.deleteInfo("C1")).toBe(2);
    expect(await fields()).toEqual(info);
    for (const key of ["", "creation_date", "registration_state", "public_key_client"]) {
      await expect(containers.setInfo("C1", key, "x")).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
      await expect(containers.deleteInfo("C1", key)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
    expect(await fields()).toEqual(info);
  });

  it("remember when one of their tokens was used", async () => {
    const { domain, now, wait } = await prepared();
    const { authentication, containers, tokens } = domain;
    for (const serial of ["C1", "C2"]) await containers.create({ ...generic, serial });
    await tokens.init({ type: "spass", serial: "T1", pin: "secret" }, alice);
    await containers.addToken("C1", "T1");
    await authentication.check({ serial: "T1", pass: "wrong" });
    expect((await containers.require("C1")).lastAuthentication).toBeNull();
    wait(60);
    expect(await authentication.check({ serial: "T1", pass: "secret" })).toMatchObject({ value: true });
    expect((await containers.require("C1")).lastAuthentication).toEqual(now());
    expect((await containers.require("C2")).lastAuthentication).toBeNull();
    const { registrationcode } = await tokens.init({ type: "registration", serial: "R1" }, alice);
    await containers.addToken("C2", "R1");
    await authentication.check({ serial: "R1", pass: registrationcode ?? "" });
    expect(await containers.require("C2")).toMatchObject({ tokens: [], lastAuthentication: now() });
  });

  it("are listed by page, filter and order", async () => {
    const { containers, tokens } = (await prepared()).domain;
    await containers.create({ type: "generic", serial: "C1", description: "drawer", user: alice });
    await containers.create({ type: "smartphone", serial: "C2", description: "100% red" });
    await containers.create({ type: "yubikey", serial: "D3", realms: ["realm2"] });
    await containers.setStates("C2", ["lost"]);
    await tokens.init({ type: "spass", serial: "T1" });
    await containers.addToken("D3", "T1");
    const serials = async (...query: Parameters<typeof containers.page>) =>
      (await containers.page(...query)).containers.map(({ serial }) => serial);
    expect(await serials({})).toEqual(["C1", "C2", "D3"]);
    expect(await serials({ serial: "c*" })).toEqual(["C1", "C2"]);
    expect(await serials({ type: "YubiKey" })).toEqual(["D3"]);
    expect(await serials({ description: "100%*" })).toEqual(["C2"]);
    expect(await serials({ user: alice })).toEqual(["C1"]);
    expect(await serials({ user: { login: "nobody", realm: "realm1" } })).toEqual([]);
    expect(await serials({ realm: "realm2" })).toEqual(["D3"]);
    expect(await serials({ state: "lost" })).toEqual(["C2"]);
    expect(await serials({ tokenSerial: "T1" })).toEqual(["D3"]);
    expect(await serials({ tokenSerial: "\0", serial: "\0" })).toEqual([]);
    expect(await serials({}, { sortBy: "type", descending: true })).toEqual(["D3", "C2", "C1"]);
    expect(await containers.page({}, { page: 2, pageSize: 2 })).toMatchObject({
      count: 3,
      containers: [{ serial: "D3" }],
      current: 2,
      previous: 1,
      next: null,
    });
  });
});
