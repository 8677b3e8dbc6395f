import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startReceiver } from "@bookend/test-kit/http-receiver";
import { describe, expect, it, onTestFinished } from "vitest";
import { bareServer } from "./bare-server.js";
import { reportedCases } from "./reported-case.js";

const sendmail = { position: "post", handlermodule: "UserNotification", action: "sendmail" } as const;

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Returns the sources of the tests in a folder, which need not exist. */
async function testsIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const tests = files.filter((file) => file.endsWith(".test.ts"));
  return Promise.all(tests.map((file) => readFile(join(folder, file), "utf8")));
}

it("every case of the public reports is named in a comment above the tests for it and for similar cases", async () => {
  const cases = await reportedCases();
  const sources: string[] = [];
  for (const folder of ["packages", "apps"]) {
    for (const name of await readdir(join(repository, folder))) {
      sources.push(...(await testsIn(join(repository, folder, name, "src"))));
      sources.push(...(await testsIn(join(repository, folder, name, "test"))));
    }
  }
  const found = (pattern: RegExp) => sources.some((source) => pattern.test(source));
  const missing = cases.flatMap(({ id }) => {
    // the id as a separate word
    const word = `(?<![\\w-])${id}(?![\\w-])`;
    return found(new RegExp(`// from .*public-reports\\.json: .*${word}.*, and similar cases$`, "m")) ? [] : [id];
  });
  expect(cases).toHaveLength(29);
  expect(missing).toEqual([]);
});

// from apps/demo/test/fixtures/public-reports.json: F4-mail, F4-webhook, F4-realm, and similar cases
describe("objects that the call removed", () => {
  const webhook = async (data: Readonly<Record<string, string>>) => {
    const receiver = await startReceiver();
    onTestFinished(receiver.stop);
    const server = await bareServer();
    const URL = receiver.url;
    const options = { URL, content_type: "json", replace: "True", data: JSON.stringify(data) };
    const bind = (event: string, conditions = {}) =>
      server.bind({ event, position: "post", handlermodule: "WebHook", action: "post_webhook", options, conditions });
    const posted = () => receiver.received.map(({ body }) => JSON.parse(body));
    await server.admin.call("POST", "/token/init", {
      type: "hotp",
      genkey: "1",
      serial: "OWN2",
      user: "alice",
      realm: "corp",
    });
    return { ...server, bind, posted };
  };

  it.each([
    ["was unassigned", "token_unassign", "POST", "/token/unassign", { serial: "OWN1" }],
    ["was deleted", "token_delete", "DELETE", "/token/OWN1", undefined],
    ["left its container", "container_remove_token", "POST", "/container/C1/remove", { serial: "OWN1" }],
  ])("the owner is notified about a token that %s", async (_what, event, method, path, parameters) => {
    const { admin, bind, mails } = await bareServer();
    await admin.call("POST", "/token/init", { type: "hotp", genkey: "1", serial: "OWN1", user: "alice" });
    await admin.call("POST", "/container/init", { type: "generic", container_serial: "C1" });
    await admin.call("POST", "/container/C1/add", { serial: "OWN1" });
    const options = { emailconfig: "demo", To: "tokenowner", subject: "returned {serial} {username}" };
    await bind({ ...sendmail, event, options });
    expect((await admin.call(method, path, parameters)).status).toBe(200);
    expect(await mails()).toMatchObject([{ to: ["alice@demo.example"], subject: "returned OWN1 alice" }]);
  });

  it("a webhook names the owner of a deleted token", async () => {
    const { admin, bind, posted } = await webhook({
      serial: "{token_serial}",
      user: "{username}",
      realm: "{user_realm}",
    });
    await bind("token_delete");
    await admin.call("DELETE", "/token/OWN2");
    expect(posted()).toEqual([{ serial: "OWN2", user: "alice", realm: "corp" }]);
  });

  it("all tags of a webhook have values after a container was deleted", async () => {
    const { admin, bind, posted } = await webhook({
      owner: "{token_owner}",
      user: "{logged_in_user}",
      of: "{user_realm}",
      name: "{surname} {user}",
      container: "{container_serial}",
    });
    await admin.call("POST", "/container/init", {
      type: "generic",
      container_serial: "C1",
      user: "alice",
      realm: "corp",
    });
    await admin.call("POST", "/container/C1/add", { serial: "OWN2" });
    await bind("container_delete", { container_type: "generic" });
    await admin.call("DELETE", "/container/C1");
    expect(posted()).toEqual([{ owner: "Alice", user: "admin", of: "corp", name: "Archer Alice", container: "C1" }]);
  });

  it("conditions on the owner of a deleted token are evaluated as if the token still existed", async () => {
    const { admin, bind, actions } = await bareServer();
    const logging = { event: "token_delete", position: "post", handlermodule: "Logging", action: "logging" };
    await bind({ ...logging, conditions: { realm: "corp" } });
    // the other conditions on the user
    await bind({ ...logging, conditions: { resolver: "people" } });
    await bind({ ...logging, conditions: { user_info: "username == alice" } });
    await bind({ ...logging, conditions: { realm: "other" } });
    await admin.call("POST", "/token/init", {
      type: "hotp",
      genkey: "1",
      serial: "OWN3",
      user: "alice",
      realm: "corp",
    });
    await admin.call("DELETE", "/token/OWN3");
    expect(await actions()).toHaveLength(3);
  });
});

// from apps/demo/test/fixtures/public-reports.json: F5, and similar cases
describe("failed calls", () => {
  it.each([
    ["a type that does not exist", "token_init", "/token/init", { type: "nosuch", user: "alice" }],
    ["a token that does not exist", "token_disable", "/token/disable", { serial: "NOSUCH" }],
  ])("with %s, run only the bindings whose conditions ask for failures", async (_what, event, path, parameters) => {
    const { admin, bind, mails } = await bareServer();
    const asking = { result_status: { result_status: "False" }, http_status: { http_status: ">=400" } };
    const others = { always: {}, by_value: { result_value: "False" }, by_address: { client_ip: "127.0.0.1" } };
    for (const [subject, conditions] of Object.entries({ ...asking, ...others })) {
      const options = { emailconfig: "demo", To: "email", "To email": "it@demo.example", subject, body: "x" };
      await bind({ ...sendmail, event, options, conditions });
    }
    expect((await admin.call("POST", path, parameters)).status).toBeGreaterThanOrEqual(400);
    expect((await mails()).map(({ subject }) => subject).sort()).toEqual(Object.keys(asking).sort());
  });
});

// from apps/demo/test/fixtures/public-reports.json: F9, and similar cases
describe("rewriting of phone numbers", () => {
  it.each([
    ["a doubled backslash and a slash in a class", "/[\\\\+/]//", "+49 151/123", "49151123"],
    ["an escaped slash", "/[\\+\\/]//", "+49 151/123", "49151123"],
    ["an escaped slash in an alternative", "/^\\+49|a\\/b/0/", "+49 (0) 151 123-4567", "01511234567"],
    ["a group", "/^\\+(\\d)/00\\1/", "+1 (202) 555-0104", "0012025550104"],
  ])("%s: the rule %s makes %j into %s", async (_what, rule, mobile, to) => {
    const { admin, bind, sms } = await bareServer();
    const peer = { "option.host": "127.0.0.1", "option.port": String(sms.port), "option.systemId": "rewrites" };
    const saved = await admin.call("POST", "/smsgateway/", {
      name: "rewrites",
      module: "smpp",
      ...peer,
      "option.sourceAddress": "Bookend",
      "option.password": "s3cret",
      "option.rewrite": rule,
    });
    expect(saved.body.result).toMatchObject({ status: true });
    await admin.call("POST", "/user/", { user: "zoe", resolver: "people", realm: "corp", password: "x", mobile });
    const options = { smsconfig: "rewrites", To: "tokenowner", body: "hello" };
    await bind({
      event: "token_init",
      position: "post",
      handlermodule: "UserNotification",
      action: "sendsms",
      options,
    });
    await admin.call("POST", "/token/init", { type: "spass", pin: "1", user: "zoe", realm: "corp" });
    expect(sms.list()).toMatchObject([{ to, text: "hello" }]);
  });

  it.each(["nonsense", "/(/x/", "/(?=1)/x/", "/a/\\1/"])("the rule %s is refused", async (rule) => {
    const { admin } = await bareServer();
    const gateway = { name: "rewrites", module: "http", "option.url": "http://127.0.0.1:1/sms" };
    const { status, body } = await admin.call("POST", "/smsgateway/", { ...gateway, "option.rewrite": rule });
    expect([status, body.result.error?.message]).toEqual([400, expect.stringContaining("rewrite")]);
  });
});

// from apps/demo/test/fixtures/public-reports.json: F11, U5, and similar cases
describe("addresses and senders", () => {
  it.each([
    ["a tag", "{username}@demo.example"],
    ["a tag next to another address", "it@demo.example, {user.email}"],
    ["a closing brace", "it}@demo.example"],
  ])("an address cannot contain %s", async (_what, address) => {
    const { admin } = await bareServer();
    const options = { emailconfig: "demo", To: "email", "To email": address };
    const binding = {
      name: "b",
      event: "token_init",
      position: "post",
      handlermodule: "UserNotification",
      action: "sendmail",
      options,
    };
    const { status, body } = await admin.call("POST", "/event", binding);
    expect([status, body.detail.problems[0].field]).toEqual([400, "options.To email"]);
    expect(body.result.error.message).toContain("cannot contain tags");
  });

  it.each([
    ["MFA, Inc. <mfa@demo.example>", 400],
    ["MFA (Inc.) <mfa@demo.example>", 400],
    ['"MFA, Inc." <mfa@demo.example>', 200],
    ["Schlüsseldienst <mfa@demo.example>", 200],
  ])("a name with special characters must be in quotes: %s gets %d", async (sender, right) => {
    const { admin } = await bareServer();
    const { status, body } = await admin.call("POST", "/smtpserver/s", { server: "127.0.0.1", sender });
    expect(status).toBe(right);
    if (right === 400) expect(body.result.error.message).toMatch(/quot/i);
  });
});
