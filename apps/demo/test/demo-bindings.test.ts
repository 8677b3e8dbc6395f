import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { temporaryDirectory, testServer } from "./test-server.js";

/** Starts a demo and logs in as its administrator. */
async function demo(options: Parameters<typeof testServer>[0] = {}) {
  const server = await testServer(options);
  const admin = await asAdmin(server.api);
  return {
    ...server,
    admin,
    /**
     * Returns the audit rows of the actions that ran for an event, newest first. This includes calls that the demo has
     * forwarded to itself.
     */
    async actions(event: string): Promise<Readonly<Record<string, unknown>>[]> {
      const { auditdata } = (await admin.call("GET", "/audit/?page_size=500")).body.result.value;
      return auditdata.filter(
        (row: { parent: string | null; event: string }) => row.parent !== null && row.event === event,
      );
    },
  };
}

/** Matches the audit row of an action that succeeded. */
const success = (action: string) => expect.objectContaining({ action, success: true });

describe("the demo has a binding of", () => {
  it("UserNotification, Counter and Logging", async () => {
    const { api, actions, log } = await demo();
    for (let attempt = 0; attempt < 10; attempt++) {
      await api.call("POST", "/validate/check", { user: "bob", pass: "wrong" });
    }
    const rows = await actions("validate_check");
    expect(rows).toContainEqual(success("POST-EVENT validate_check>>UserNotification:sendmail"));
    expect(rows).toContainEqual(success("POST-EVENT validate_check>>Counter:increase_counter"));
    expect(rows).toContainEqual(success("POST-EVENT validate_check>>Logging:logging"));
    expect(log()).toContain("ten failed logins");
  });

  it("Token and CustomUserAttributes", async () => {
    const { api, actions, admin } = await demo();
    const frank = { user: "frank@partners", pass: "1234" };
    const { detail } = (await api.call("POST", "/validate/check", frank)).body;
    const [mail] = (await api.call("GET", "/demo/mails")).body;
    const pass = /\d{6}/.exec(mail.text)?.[0];
    await api.call("POST", "/validate/check", { ...frank, pass, transaction_id: detail.transaction_id });
    const rows = await actions("validate_check");
    expect(rows).toContainEqual(success("PRE-EVENT validate_check>>Token:enroll"));
    expect(rows).toContainEqual(success("POST-EVENT validate_check>>CustomUserAttributes:set_custom_user_attributes"));
    const { body } = await admin.call("GET", "/user/attribute?user=frank&realm=partners");
    expect(body.result.value).toMatchObject({ last_login_from: "127.0.0.1" });
  });

  it("Container", async () => {
    const { admin, actions, domain } = await demo();
    await domain.containers.create({ type: "smartphone", serial: "S1", tokens: ["PISP00000001"] });
    await admin.call("POST", "/container/S1/states", { states: "lost" });
    expect(await actions("container_set_states")).toEqual([
      success("POST-EVENT container_set_states>>Container:disable all tokens"),
    ]);
    expect((await domain.tokens.require("PISP00000001")).active).toBe(false);
  });

  it.each([
    ["in the name", { user: "bob@Branch" }, undefined],
    ["in addition to the name", { user: "bob", realm: "branch" }, expect.stringContaining("skipped")],
  ])("RequestMangler and Federation: the realm %s", async (_, user, info) => {
    const { api, actions, url } = await demo();
    const { status, body } = await api.call("POST", "/validate/check", { ...user, pass: "bob-pin" });
    expect(status).toBe(200);
    expect(body.result).toMatchObject({ value: true, authentication: "ACCEPT" });
    expect(body.detail).toMatchObject({ serial: "PISP00000001", origin: `${url}/validate/check` });
    const rows = await actions("validate_check");
    const mangled = rows.filter(({ action }) => action === "PRE-EVENT validate_check>>RequestMangler:set");
    expect(mangled).toMatchObject([{ success: true }, { success: true }]);
    if (info) expect(mangled).toMatchObject([{ info }, { info }]);
    // forwarded once: the receiving server does not forward it again
    const forwarded = rows.filter(({ handler }) => handler === "Federation");
    expect(forwarded).toEqual([success("POST-EVENT validate_check>>Federation:forward")]);
  });

  it("ResponseMangler: the letter contains the PIN, but the response does not", async () => {
    const { admin, api, actions, dataDirectory } = await demo();
    const { body } = await admin.call("POST", "/token/setrandompin/PISP00000001");
    expect(body.result).toMatchObject({ status: true, value: 1 });
    expect(body.detail ?? {}).not.toHaveProperty("pin");
    const rows = await actions("token_setrandompin");
    expect(rows).toContainEqual(success("POST-EVENT token_setrandompin>>ResponseMangler:delete"));
    const letter = rows.find(({ action }) => action === "POST-EVENT token_setrandompin>>UserNotification:savefile");
    const { file } = JSON.parse(String(letter?.action_detail));
    const pin = /is (\w+)\./.exec(await readFile(join(dataDirectory, "notifications", file), "utf8"))?.[1];
    const login = await api.call("POST", "/validate/check", { user: "bob", pass: pin });
    expect(login.body.result.value).toBe(true);
  });

  it("Script: a file in the data directory grows", async () => {
    const { admin, actions, dataDirectory } = await demo();
    await admin.call("POST", "/token/revoke", { serial: "PISP00000001" });
    await admin.call("POST", "/token/revoke", { serial: "PIEM00000001" });
    expect(await actions("token_revoke")).toEqual(
      Array(2).fill(success("POST-EVENT token_revoke>>Script:list-revoked-token.sh")),
    );
    const list = join(dataDirectory, "demo", "revoked-tokens.jsonl");
    const lines = (await readFile(list, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { serial: "PISP00000001", user: "bob", realm: "corp", logged_in_user: { username: "admin", realm: null } },
      { serial: "PIEM00000001", user: "carol", realm: "corp", logged_in_user: { username: "admin", realm: null } },
    ]);
    for (const [path, mode] of [
      [list, 0o600],
      [join(dataDirectory, "scripts"), 0o700],
    ] as const) {
      expect((await stat(path)).mode & 0o777).toBe(mode);
    }
  });

  it("WebHook: the demo shows what it posted to itself", async () => {
    const { admin, api, actions } = await demo();
    await admin.call("POST", "/token/assign", { serial: "OATH00000002", user: "grace", realm: "partners" });
    expect(await actions("token_assign")).toEqual([success("POST-EVENT token_assign>>WebHook:post_webhook")]);
    const [hook, ...others] = (await api.call("GET", "/demo/hooks")).body;
    expect(others).toEqual([]);
    expect(hook).toMatchObject({
      headers: { "content-type": "application/json", "webhook-id": expect.stringMatching(/./) },
      at: expect.stringMatching(/^\d{4}-/),
    });
    expect(JSON.parse(hook.body)).toEqual({
      what: "token assigned",
      serial: "OATH00000002",
      to: "grace@partners",
      by: "admin",
    });
  });
});

it("a webhook to the demo is shown as received, unless it is too long", async () => {
  const { api, url } = await testServer();
  const post = async (body: string, type: string) =>
    (await fetch(`${url}/demo/hook`, { method: "POST", headers: { "content-type": type }, body })).status;
  expect(await post("a=1&b=<b>", "application/x-www-form-urlencoded")).toBe(204);
  expect(await post("{no JSON", "application/json")).toBe(204);
  expect(await post("x".repeat(65_537), "text/plain")).toBe(413);
  const hooks = (await api.call("GET", "/demo/hooks")).body;
  expect(hooks.map(({ body }: { body: string }) => body)).toEqual(["{no JSON", "a=1&b=<b>"]);
});

it("a data directory of the first version gets the missing data, and data that an administrator deleted later stays deleted", async () => {
  const dataDirectory = await temporaryDirectory();
  const first = await demo({ dataDirectory });
  const all = await first.bookend.bindings.list();
  // as the first version left it, with the alarm deleted
  for (const { id, name, handler } of all) {
    const isNew = /mangler|federation|script|webhook|container|attributes/i.test(handler);
    if (isNew || name.startsWith("Alarm")) await first.bookend.bindings.remove(id);
  }
  await first.domain.federationServers.delete("self");
  await first.domain.settings.set("demo.seeded", "1");
  await first.close();

  const second = await demo({ dataDirectory });
  const names = (await second.bookend.bindings.list()).map(({ name }) => name);
  expect(names.sort()).toEqual(
    all
      .map(({ name }) => name)
      .filter((name) => !name.startsWith("Alarm"))
      .sort(),
  );
  const script = (await second.bookend.bindings.list()).find(({ handler }) => handler === "Script");
  await second.bookend.bindings.remove(script?.id ?? 0);
  await second.close();

  // after the restart, the demo listens on another port; its webhook and its federation server must follow
  const third = await demo({ dataDirectory });
  expect((await third.bookend.bindings.list()).map(({ handler }) => handler)).not.toContain("Script");
  await third.admin.call("POST", "/token/assign", { serial: "OATH00000002", user: "grace", realm: "partners" });
  expect(await third.api.call("GET", "/demo/hooks")).toMatchObject({ body: [{ id: 1 }] });
  const forwarded = await third.api.call("POST", "/validate/check", { user: "bob@branch", pass: "bob-pin" });
  expect(forwarded.body.detail.origin).toBe(`${third.url}/validate/check`);
});
