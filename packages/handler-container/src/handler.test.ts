import { describePrivacyideaActions } from "@bookend/core";
import type { RecordedState } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { alice, aToken, bob, hostOf } from "../test/host.js";

/** Each action that needs a container, with valid options. */
const actions: Record<string, Record<string, unknown>> = {
  delete: {},
  unassign: {},
  assign: {},
  "set states": { lost: "1" },
  "add states": { lost: "1" },
  "set description": { description: "d" },
  "remove all tokens": {},
  "set container info": { key: "k", value: "v" },
  "add container info": { key: "k", value: "v" },
  "delete container info": { key: "a" },
  "enable all tokens": {},
  "disable all tokens": {},
  unregister: {},
};

describe("the container handler", () => {
  it("has 14 actions and describes their options", async () => {
    const described = (await describePrivacyideaActions(hostOf().registry, "Container", {})) ?? {};
    expect(Object.keys(described).sort()).toEqual(["create", ...Object.keys(actions)].sort());
    expect(described.create).toMatchObject({
      type: { type: "str", required: true, value: ["generic", "smartphone", "yubikey"] },
      description: { type: "str", required: false },
      user: { type: "bool", required: false },
      token: { type: "bool", required: false },
    });
    const states = {
      active: { type: "bool" },
      disabled: { type: "bool" },
      lost: { type: "bool" },
      damaged: { type: "bool" },
    };
    expect(described["set states"]).toMatchObject(states);
    expect(described["add states"]).toMatchObject(states);
  });

  it.each(Object.entries(actions))("%s without a container fails with a reason", async (action, options) => {
    for (const all_data of [{}, { container_serial: "GONE" }, { serial: "S2" }]) {
      const entry = await hostOf({ request: { all_data } }).run(action, options);
      expect(entry).toMatchObject({ outcome: "failed", reason: "The call has no container." });
    }
  });

  it.each([
    ["unassign", { users: [] }, "The container has no user."],
    ["remove all tokens", { tokens: [] }, "The container has no token."],
    ["enable all tokens", { tokens: [] }, "The container has no token."],
    ["disable all tokens", { tokens: [] }, "The container has no token."],
    ["unregister", {}, "The container is not registered."],
  ])("%s fails if there is nothing to act on", async (action, container1, reason) => {
    expect(await hostOf({}, container1).run(action)).toMatchObject({ outcome: "failed", reason });
  });

  it("changes the container of the call's token", async () => {
    const { run, stored } = hostOf({ request: { all_data: { serial: "S1" } } });
    await run("set description", { description: "{tokentype} {container_serial}" });
    expect(stored()?.description).toBe("hotp C1");
  });

  it("enables and disables only the tokens of the container", async () => {
    const { run, token } = hostOf();
    await run("disable all tokens");
    expect([token("S1")?.active, token("S2")?.active]).toEqual([false, true]);
    await run("enable all tokens");
    expect(token("S1")?.active).toBe(true);
  });

  it("removes the container's tokens and deletes it, but keeps the tokens themselves", async () => {
    const host = hostOf();
    await host.run("remove all tokens");
    expect(host.stored()?.tokens).toEqual([]);
    await host.run("delete");
    expect([host.stored(), host.token("S1")?.serial]).toEqual([undefined, "S1"]);
  });

  it("lets the next binding see its changes", async () => {
    expect(await hostOf().runAll("remove all tokens", "enable all tokens", "delete", "delete")).toMatchObject([
      { outcome: "done" },
      { outcome: "failed", reason: "The container has no token." },
      { outcome: "done" },
      { outcome: "failed", reason: "The call has no container." },
    ]);
  });

  it("ends a registration", async () => {
    const { run, stored } = hostOf({}, { info: { a: "1", registered: "phone" } });
    expect(await run("unregister")).toMatchObject({ outcome: "done" });
    expect(stored()?.info).toEqual({ a: "1" });
  });
});

describe("states", () => {
  it.each([
    [["active"], { disabled: "1" }, ["disabled"]],
    [["disabled", "lost"], { active: "True" }, ["active", "lost"]],
    [["active", "lost"], { damaged: "1" }, ["active", "damaged", "lost"]],
    [["active"], { lost: "1", damaged: "1" }, ["active", "damaged", "lost"]],
    [["active"], { lost: "1", disabled: "0" }, ["active", "lost"]],
  ])("%j plus %j become %j", async (states, options, expected) => {
    const { run, stored } = hostOf({}, { states });
    await run("add states", options);
    expect(stored()?.states?.sort()).toEqual(expected);
  });

  it("are replaced by set states", async () => {
    const { run, stored } = hostOf({}, { states: ["active", "lost"] });
    await run("set states", { disabled: "1", damaged: "1" });
    expect(stored()?.states?.sort()).toEqual(["damaged", "disabled"]);
  });

  it.each([
    [{}, "active"],
    [{ lost: "0" }, "active"],
    [{ active: "1", disabled: "1" }, "disabled"],
    [{ lost: "perhaps" }, "lost"],
    [{ stolen: "1" }, "stolen"],
  ])("%j are refused when saved", async (options, field) => {
    for (const action of ["set states", "add states"]) {
      const problems = (await hostOf().check(action, options)).map((problem) => problem.field);
      expect(problems).toContain(`options.${field}`);
    }
  });
});

describe("create", () => {
  it("creates a container with the user and the tokens of the call", async () => {
    const { run, stored } = hostOf({ request: { all_data: { serial: "S1,S2,GONE" }, user: bob } });
    const entry = await run("create", { type: "smartphone", description: "of {username}", user: "1", token: "1" });
    expect(entry).toMatchObject({ outcome: "done", details: { serial: "NEW2" } });
    expect(stored("NEW2")).toMatchObject({
      type: "smartphone",
      description: "of bob",
      users: [{ ...bob, resolver: "resoA" }],
      tokens: ["S1", "S2"],
    });
  });

  it("uses neither the user nor the tokens of the call by default", async () => {
    const { run, stored } = hostOf({ request: { all_data: { serial: "S1" }, user: bob } });
    await run("create", { type: "generic" });
    expect(stored("NEW2")).toMatchObject({ description: "", users: [], tokens: [] });
  });

  it("uses the only token of the call's user", async () => {
    const tokens = [aToken("S1", { owner: { ...bob, resolver: "resoA" } })];
    const { run, stored } = hostOf({ tokens, request: { all_data: {}, user: bob } });
    await run("create", { type: "generic", token: "1" });
    expect(stored("NEW2")?.tokens).toEqual(["S1"]);
  });

  it.each([
    [{ user: "1" }, "The call has no user."],
    [{ token: "1" }, "The call has no token."],
  ])("with %j creates nothing if the call has no user and no token", async (options, reason) => {
    const { run, stored } = hostOf({ request: { all_data: {} } });
    expect(await run("create", { type: "generic", ...options })).toMatchObject({ outcome: "failed", reason });
    expect(stored("NEW2")).toBeUndefined();
  });

  it("refuses a type that does not exist", async () => {
    expect(await hostOf().check("create", { type: "drawer" })).toMatchObject([
      { severity: "error", field: "options.type" },
    ]);
  });
});

describe("assign", () => {
  const assigned = async (state: Partial<RecordedState>) => {
    const { run, stored } = hostOf(state, { users: [] });
    const entry = await run("assign");
    return { entry, users: stored()?.users?.map(({ login }) => login) };
  };
  const ofBob = { all_data: { container_serial: "C1" }, user: bob };

  it("uses the user of the call if an admin or nobody is logged in", async () => {
    const admin = { username: "alice", realm: "realm1", role: "admin" };
    expect((await assigned({ request: ofBob, logged_in_user: admin })).users).toEqual(["bob"]);
    expect((await assigned({ request: ofBob })).users).toEqual(["bob"]);
  });

  it("uses the logged-in user, even if the call names somebody else", async () => {
    const user = { username: "alice", realm: "realm1", role: "user" };
    expect((await assigned({ request: ofBob, logged_in_user: user })).users).toEqual(["alice"]);
    const renamed = { ...user, username: "bob", resolver: "resoA", uid: "1001" };
    expect((await assigned({ request: ofBob, logged_in_user: renamed })).users).toEqual(["alice"]);
  });

  it.each([
    ["a call without a user", {}],
    ["a user who does not exist", { user: { login: "nobody", realm: "realm1" } }],
  ])("fails for %s", async (_, request) => {
    const { entry, users } = await assigned({ request: { all_data: { container_serial: "C1" }, ...request } });
    expect(entry).toMatchObject({ outcome: "failed", reason: "The call has no user." });
    expect(users).toEqual([]);
  });

  it("fails for a deleted owner of the call's token", async () => {
    const tokens = [aToken("S1", { owner: { ...alice, resolver: "resoA" }, orphaned: true })];
    expect((await assigned({ tokens, request: { all_data: { serial: "S1" } } })).entry).toMatchObject({
      outcome: "failed",
      reason: "The call has no user.",
    });
  });

  it("fails for a logged-in user who is not in the directory", async () => {
    const user = { username: "ghost", realm: "realm1", role: "user" };
    expect((await assigned({ request: ofBob, logged_in_user: user })).entry).toMatchObject({ outcome: "failed" });
  });
});

describe("info", () => {
  it("gets a field from `add container info`, and loses one by `delete container info` with a key", async () => {
    const { run, stored } = hostOf({ client_ip: "10.1.2.3" });
    await run("add container info", { key: "from", value: "{client_ip}" });
    expect(stored()?.info).toEqual({ a: "1", from: "10.1.2.3" });
    await run("delete container info", { key: "a" });
    expect(await run("delete container info", { key: "nothing" })).toMatchObject({ outcome: "skipped" });
    expect(stored()?.info).toEqual({ from: "10.1.2.3" });
  });

  it("is replaced by `set container info`, and deleted completely if the key is empty", async () => {
    const { run, stored } = hostOf();
    await run("set container info", { key: "k", value: "v" });
    expect(stored()?.info).toEqual({ k: "v" });
    await run("delete container info", { key: "" });
    expect(stored()?.info).toEqual({});
  });

  it.each([
    ["set container info", { value: "v" }, "error", "key"],
    ["add container info", { key: "constructor" }, "error", "key"],
    ["add container info", { key: "k", value: "{nothing}" }, "error", "value"],
    ["add container info", { key: "k", value: "{container_url_value}" }, "warning", "value"],
    ["set container info", { key: "k", value: "{pin}" }, "warning", "value"],
    ["set description", { description: "{pin}" }, "warning", "description"],
    ["set description", {}, "error", "description"],
    ["create", { type: "generic", description: "{pin}" }, "warning", "description"],
  ])("saving %s with %j causes an %s", async (action, options, severity, field) => {
    expect(await hostOf().check(action, options)).toMatchObject([{ severity, field: `options.${field}` }]);
  });
});
