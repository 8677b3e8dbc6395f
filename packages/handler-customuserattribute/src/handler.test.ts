import { describePrivacyideaActions } from "@bookend/core";
import type { RecordedState, RecordedToken } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { hostOf } from "../test/host.js";

const alice = { login: "alice", realm: "realm1" };

/** A token whose owner was deleted. */
const orphan: RecordedToken = {
  serial: "S1",
  type: "hotp",
  description: "",
  realms: ["realm1"],
  owner: { ...alice, resolver: "resoA" },
  orphaned: true,
  tokeninfo: {},
  failcount: 0,
  max_failcount: 10,
  count: 0,
  count_window: 10,
  active: true,
  rollout_state: "enrolled",
};

const host = (state: Partial<RecordedState> = {}) =>
  hostOf({
    now: "2026-03-15T12:00:00Z",
    realms: { realm1: ["resoA"] },
    request: { all_data: {}, user: alice },
    ...state,
  });

describe("the custom user attributes handler", () => {
  it("describes its options", async () => {
    const user = { type: "str", required: false, value: ["tokenowner", "logged_in_user"] };
    const attrkey = { type: "str", required: true };
    expect(await describePrivacyideaActions(host().registry, "CustomUserAttributes", {})).toMatchObject({
      set_custom_user_attributes: { user, attrkey, attrvalue: { type: "str", required: false } },
      delete_custom_user_attributes: { user, attrkey },
    });
  });

  it("overwrites an attribute and keeps the others", async () => {
    const { run, of } = host({ user_attributes: [{ user: alice, attributes: { k: "old", other: "1" } }] });
    expect(await run("set", { attrkey: "k", attrvalue: "new" })).toMatchObject({ outcome: "done" });
    expect(of("alice")).toEqual({ k: "new", other: "1" });
    await run("delete", { attrkey: "k" });
    expect(of("alice")).toEqual({ other: "1" });
  });

  it("inserts the values of tags without expanding them again", async () => {
    const request = { all_data: {}, user: alice, headers: { "User-Agent": "{date}" } };
    const { run, of } = host({ request });
    await run("set", { attrkey: "k", attrvalue: "{username} {ua_string} {serial}" });
    expect(of("alice")).toEqual({ k: "alice {date} " });
  });

  it("changes the logged-in user", async () => {
    const { run, of } = host({ logged_in_user: { username: "bob", realm: "realm1", role: "user" } });
    await run("set", { user: "logged_in_user", attrkey: "k", attrvalue: "v" });
    expect([of("bob"), of("alice")]).toEqual([{ k: "v" }, {}]);
    await run("delete", { user: "logged_in_user", attrkey: "k" });
    expect(of("bob")).toEqual({});
  });

  it("changes the logged-in user by their id, even if their login has changed", async () => {
    const renamed = { username: "bob", realm: "realm1", role: "user", resolver: "resoA", uid: "1001" };
    const { run, of } = host({ logged_in_user: renamed });
    await run("set", { user: "logged_in_user", attrkey: "k", attrvalue: "v" });
    expect([of("bob"), of("alice")]).toEqual([{}, { k: "v" }]);
  });

  it.each([
    ["tokenowner", { request: { all_data: {} } }],
    ["tokenowner", { request: { all_data: {}, user: { login: "nobody", realm: "realm1" } } }],
    ["logged_in_user", {}],
    ["logged_in_user", { logged_in_user: { username: "admin", realm: "", role: "admin" } }],
  ])("fails if there is no %s: %j", async (user, state) => {
    for (const [action, more] of [
      ["set", { attrvalue: "v" }],
      ["delete", {}],
    ] as const) {
      const { run, of } = host(state);
      const entry = await run(action, { user, attrkey: "k", ...more });
      expect(entry).toMatchObject({ outcome: "failed", reason: "There is no such user." });
      expect(of("alice")).toEqual({});
    }
  });

  it("fails for a deleted owner of the call's token", async () => {
    const { run } = host({ tokens: [orphan], request: { all_data: { serial: "S1" } } });
    expect(await run("set", { attrkey: "k" })).toMatchObject({ outcome: "failed", reason: "There is no such user." });
  });

  it("fails to delete a missing attribute", async () => {
    expect(await host().run("delete", { attrkey: "k" })).toMatchObject({
      outcome: "failed",
      reason: "The user does not have this attribute.",
    });
  });

  it("lets the next binding see its changes", async () => {
    const { run, of } = host();
    const before = { attrkey: "before", attrvalue: "{givenname}" };
    const change = { attrkey: "givenname", attrvalue: "Alicia" };
    await run("set", before, change, { attrkey: "after", attrvalue: "{givenname}" });
    expect(of("alice")).toEqual({ before: "Alice", givenname: "Alicia", after: "Alicia" });
  });

  it.each([
    ["set", { attrvalue: "v" }, "error", "attrkey"],
    ["set", { attrkey: "__proto__", attrvalue: "v" }, "error", "attrkey"],
    ["set", { attrkey: "k", attrvalue: "{nothing}" }, "error", "attrvalue"],
    ["set", { attrkey: "k", attrvalue: "{pin}" }, "warning", "attrvalue"],
    ["set", { attrkey: "k", user: "everybody" }, "error", "user"],
    ["delete", { attrkey: "k", attrvalue: "v" }, "error", "attrvalue"],
  ])("saving %s with %j causes an %s", async (action, options, severity, field) => {
    expect(await host().check(action, options)).toMatchObject([{ severity, field: `options.${field}` }]);
  });
});
