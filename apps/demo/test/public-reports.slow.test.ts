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

it("every case of the public reports has a test that names it, and a sibling that is not in the reports", async () => {
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
    // a title or a comment that contains the id as a separate word
    const word = `(?<![\\w-])${id}(?![\\w-])`;
    const named = found(new RegExp(`(?<!sibling of )${word}`));
    const sibling = found(new RegExp(`sibling of ${word}|${word} and its siblings`));
    return [...(named ? [] : [id]), ...(sibling ? [] : [`sibling of ${id}`])];
  });
  expect(cases).toHaveLength(29);
  expect(missing).toEqual([]);
});

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
    ["F4-mail: was unassigned", "token_unassign", "POST", "/token/unassign", { serial: "OWN1" }],
    ["sibling of F4-mail: was deleted", "token_delete", "DELETE", "/token/OWN1", undefined],
    [
      "sibling of F4-mail: left its container",
      "container_remove_token",
      "POST",
      "/container/C1/remove",
      { serial: "OWN1" },
    ],
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

  it("F4-webhook: a webhook names the owner of a deleted token", async () => {
    const { admin, bind, posted } = await webhook({
      serial: "{token_serial}",
      user: "{username}",
      realm: "{user_realm}",
    });
    await bind("token_delete");
    await admin.call("DELETE", "/token/OWN2");
    expect(posted()).toEqual([{ serial: "OWN2", user: "alice", realm: "corp" }]);
  });

  it("sibling of F4-webhook: all of its tags, after a container was deleted", async () => {
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

  it("F4-realm and its siblings: a condition on the realm of the owner of a deleted token is fulfilled", async () => {
    const { admin, bind, actions } = await bareServer();
    const logging = { event: "token_delete", position: "post", handlermodule: "Logging", action: "logging" };
    await bind({ ...logging, conditions: { realm: "corp" } });
    // siblings: the other conditions on the user
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

describe("failed calls", () => {
  it.each([
    ["F5: a type that does not exist", "token_init", "/token/init", { type: "nosuch", user: "alice" }],
    ["sibling of F5: a token that does not exist", "token_disable", "/token/disable", { serial: "NOSUCH" }],
  ])("%s: mails only for bindings that include failed calls", async (_what, event, path, parameters) => {
    const { admin, bind, mails } = await bareServer();
    const asking = { "F5 result_status": { result_status: "False" }, "F5 http_status": { http_status: ">=400" } };
    const others = { always: {}, by_value: { result_value: "False" }, by_address: { client_ip: "127.0.0.1" } };
    for (const [subject, conditions] of Object.entries({ ...asking, ...others })) {
      const options = { emailconfig: "demo", To: "email", "To email": "it@demo.example", subject, body: "x" };
      await bind({ ...sendmail, event, options, conditions });
    }
    expect((await admin.call("POST", path, parameters)).status).toBeGreaterThanOrEqual(400);
    expect((await mails()).map(({ subject }) => subject).sort()).toEqual(Object.keys(asking).sort());
  });
});

describe("rewriting of phone numbers", () => {
  it.each([
    ["F9", "/[\\\\+/]//", "+49 151/123", "49151123"],
    ["sibling of F9: the slash is escaped", "/[\\+\\/]//", "+49 151/123", "49151123"],
    ["sibling of F9: a slash in both parts", "/^\\+49|a\\/b/0/", "+49 (0) 151 123-4567", "01511234567"],
    ["sibling of F9: a group", "/^\\+(\\d)/00\\1/", "+1 (202) 555-0104", "0012025550104"],
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

  it.each(["nonsense", "/(/x/", "/(?=1)/x/", "/a/\\1/"])("sibling of F9: the rule %s is refused", async (rule) => {
    const { admin } = await bareServer();
    const gateway = { name: "rewrites", module: "http", "option.url": "http://127.0.0.1:1/sms" };
    const { status, body } = await admin.call("POST", "/smsgateway/", { ...gateway, "option.rewrite": rule });
    expect([status, body.result.error?.message]).toEqual([400, expect.stringContaining("rewrite")]);
  });
});

describe("addresses and senders", () => {
  it.each([
    ["F11", "{username}@demo.example"],
    ["sibling of F11: next to another address", "it@demo.example, {user.email}"],
    ["sibling of F11: a closing brace", "it}@demo.example"],
  ])("%s: an address cannot contain tags", async (_what, address) => {
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
    ["U5", "MFA, Inc. <mfa@demo.example>", 400],
    ["sibling of U5: a dot and a bracket", "MFA (Inc.) <mfa@demo.example>", 400],
    ["sibling of U5: in quotes", '"MFA, Inc." <mfa@demo.example>', 200],
    ["sibling of U5: umlauts need no quotes", "Schlüsseldienst <mfa@demo.example>", 200],
  ])("%s: the sender %s", async (_what, sender, right) => {
    const { admin } = await bareServer();
    const { status, body } = await admin.call("POST", "/smtpserver/s", { server: "127.0.0.1", sender });
    expect(status).toBe(right);
    if (right === 400) expect(body.result.error.message).toMatch(/quot/i);
  });
});
