import { setImmediate } from "node:timers/promises";
import { describePrivacyideaActions } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { aToken, hostOf } from "../test/host.js";

const owner = { login: "alice", realm: "realm1", resolver: "resoA" };

/** Each action with valid options. */
const actions: Record<string, Record<string, unknown>> = {
  "set tokenrealm": { realm: "realm2" },
  delete: {},
  unassign: {},
  disable: {},
  enable: {},
  enroll: { tokentype: "hotp", user: true },
  "set description": { description: "d" },
  "set validity": { "valid till": "+7d" },
  "set countwindow": { "count window": "20" },
  "set tokeninfo": { key: "k", value: "v" },
  "increase tokeninfo": { key: "k" },
  "delete tokeninfo": { key: "k" },
  "set failcounter": { "fail counter": "1" },
  "change failcounter": { "change fail counter": "+1" },
  "set max failcount": { "max failcount": "5" },
  "set random pin": { length: "8" },
  "add tokengroup": { tokengroup: "g" },
  "remove tokengroup": { tokengroup: "g" },
  "attach application": { application: "ssh" },
};

describe("the token handler", () => {
  it("has 19 actions, and describes their options with choices and visibility", async () => {
    const { registry } = hostOf({}, { choices: { types: () => ["hotp", "sms"], machines: async () => ["m1"] } });
    const described = (await describePrivacyideaActions(registry, "Token", {})) ?? {};
    expect(Object.keys(described).sort()).toEqual(Object.keys(actions).sort());
    expect(described.enroll).toMatchObject({
      tokentype: { type: "str", required: true, value: ["hotp", "sms"] },
      user: { type: "bool", required: false },
      dynamic_phone: { type: "bool", visibleIf: "tokentype", visibleValue: "sms" },
      additional_params: { type: "text", required: false },
    });
    expect(described["attach application"]).toMatchObject({
      application: { required: true, value: ["ssh", "offline", "luks"] },
      "machine ID": { value: ["m1"] },
      service_id: { visibleIf: "application", visibleValue: "ssh" },
      rounds: { type: "int", visibleIf: "application", visibleValue: "offline" },
      slot: { type: "int", visibleIf: "application", visibleValue: "luks" },
    });
    expect(described["set random pin"]).toMatchObject({ length: { type: "int", required: false } });
  });

  it.each(Object.entries(actions))("%s without a token and a user fails with a reason", async (action, options) => {
    const { run } = hostOf({ request: { all_data: {} }, response: { json: { detail: {} } } });
    const { entry } = await run(action, options);
    expect(entry).toMatchObject({
      outcome: "failed",
      reason: expect.stringMatching(/^The call has no (token|user)\.$/),
    });
  });

  it("does not act on one of a user's several tokens", async () => {
    const tokens = [aToken({ serial: "S1" }), aToken({ serial: "S2" })];
    const { run, stored } = hostOf({ tokens, request: { all_data: {}, user: owner } });
    expect((await run("disable")).entry).toMatchObject({ outcome: "failed", reason: "The call has no token." });
    expect([stored("S1")?.active, stored("S2")?.active]).toEqual([true, true]);
  });

  it("acts on the only token of the call's user", async () => {
    const { run, stored } = hostOf({ request: { all_data: {}, user: owner } });
    expect((await run("disable")).entry).toMatchObject({ outcome: "done" });
    expect(stored()?.active).toBe(false);
  });

  it("acts on each token in a list of serials, and on no others", async () => {
    const tokens = ["S1", "S2", "S3"].map((serial) => aToken({ serial }));
    const { run, stored } = hostOf({ tokens, request: { all_data: { serial: "S1,S3,GONE" } } });
    await run("disable");
    expect([stored("S1")?.active, stored("S2")?.active, stored("S3")?.active]).toEqual([false, true, false]);
    expect((await run("increase tokeninfo", { key: "k", increment: "-2" })).entry?.details).toEqual({
      S1: "-2",
      S3: "-2",
    });
  });

  it("lets the next binding see its changes", async () => {
    expect(await hostOf().runAll("disable", "delete", "enable")).toMatchObject([
      { outcome: "done" },
      { outcome: "done" },
      { outcome: "failed", reason: "The call has no token." },
    ]);
  });

  it("changes no further tokens after its time limit", async () => {
    const list = ["S1", "S2"].map((serial) => aToken({ serial }));
    const state = { tokens: list, request: { all_data: { serial: "S1,S2" } } };
    const changed: string[] = [];
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tokens = {
      ...hostOf(state).tokens,
      disable: (serial: string) => {
        changed.push(serial);
        return slow;
      },
    };
    const { entry } = await hostOf(state, { tokens, actionTimeoutMs: 1 }).run("disable");
    expect(entry).toMatchObject({ outcome: "fault", error: { code: "ACTION_TIMEOUT" } });
    release();
    await setImmediate();
    expect(changed).toEqual(["S1"]);
  });

  it("adds and removes groups", async () => {
    const { run, tokens } = hostOf();
    await run("add tokengroup", { tokengroup: "vpn" });
    expect([...(tokens.groups.get("S1") ?? [])]).toEqual(["vpn"]);
    await run("remove tokengroup", { tokengroup: "vpn" });
    expect([...(tokens.groups.get("S1") ?? [])]).toEqual([]);
  });

  it("reports that a realm or a field did not exist", async () => {
    const { run } = hostOf();
    expect((await run("set tokenrealm", { realm: "nowhere" })).entry).toMatchObject({ outcome: "skipped" });
    expect((await run("delete tokeninfo", { key: "nothing" })).entry).toMatchObject({ outcome: "skipped" });
  });

  it("does not show a tokeninfo value that is not a number", async () => {
    const { run } = hostOf({ tokens: [aToken({ serial: "S1", tokeninfo: { k: "canary" } })] });
    const { entry } = await run("increase tokeninfo", { key: "k" });
    expect(entry).toMatchObject({ outcome: "skipped" });
    expect(JSON.stringify(entry)).not.toContain("canary");
  });

  it.each(["set failcounter", "change failcounter"])("warns about %s without a value", async (action) => {
    expect(await hostOf().check(action)).toMatchObject([{ severity: "warning", code: "OPTION_INVALID" }]);
  });

  it.each([
    ["set tokeninfo", { key: "__proto__", value: "x" }, "key"],
    ["increase tokeninfo", { key: "k", increment: "1.5" }, "increment"],
    ["set countwindow", { "count window": "0" }, "count window"],
    ["set countwindow", { "count window": "" }, "count window"],
    ["set countwindow", { "count window": " " }, "count window"],
    ["set countwindow", { "count window": "1001" }, "count window"],
    ["set max failcount", { "max failcount": "" }, "max failcount"],
    ["set tokeninfo", { key: "", value: "x" }, "key"],
    ["increase tokeninfo", { key: "" }, "key"],
    ["set tokenrealm", { realm: "" }, "realm"],
    ["enroll", { tokentype: "" }, "tokentype"],
    ["add tokengroup", { tokengroup: "" }, "tokengroup"],
    ["remove tokengroup", { tokengroup: "" }, "tokengroup"],
    ["attach application", { application: "" }, "application"],
    ["set random pin", { length: "32" }, "length"],
    ["set tokenrealm", { realm: "realm1", colour: "red" }, "colour"],
    ["add tokengroup", {}, "tokengroup"],
    ["attach application", { application: "ftp" }, "application"],
  ])("refuses %s with %j when saved", async (action, options, field) => {
    expect(await hostOf().check(action, options)).toMatchObject([{ severity: "error", field: `options.${field}` }]);
  });
});
