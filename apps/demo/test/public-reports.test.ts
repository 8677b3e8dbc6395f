import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startReceiver } from "@bookend/conformance/http-receiver";
import { describe, expect, it, onTestFinished } from "vitest";
import { bareServer } from "./bare-server.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** The sources of the tests in a folder, which need not exist. */
async function testsIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const tests = files.filter((file) => file.endsWith(".test.ts"));
  return Promise.all(tests.map((file) => readFile(join(folder, file), "utf8")));
}

it("every case of the public reports has a test that names it", async () => {
  const fixture = await readFile(new URL("fixtures/public-reports.json", import.meta.url), "utf8");
  const { cases } = JSON.parse(fixture) as { readonly cases: readonly { readonly id: string }[] };
  const sources: string[] = [];
  for (const folder of ["packages", "apps"]) {
    for (const name of await readdir(join(repository, folder))) {
      sources.push(...(await testsIn(join(repository, folder, name, "src"))));
      sources.push(...(await testsIn(join(repository, folder, name, "test"))));
    }
  }
  // a title or a comment: the id as a word of its own, not in another one
  const missing = cases
    .map(({ id }) => id)
    .filter((id) => !sources.some((source) => new RegExp(`(^|[^\\w-])${id}(?![\\w-])`, "m").test(source)));
  expect(cases).toHaveLength(29);
  expect(missing).toEqual([]);
});

const day = 86_400_000;

/** An instant as privacyIDEA writes it. */
const iso = (at: number) => new Date(at).toISOString().replace("Z", "+00:00");

describe("dates that are written with blanks", () => {
  it.each([
    ["F3-blank", "last_seen < {now} - 180d"],
    ["sibling of F3-blank: weeks", "last_seen < {now} - 26w"],
    ["sibling of F3-blank: capitals", "last_seen < {NOW} -180D"],
    ["sibling of F3-blank: a word in place of <", "last_seen 'date_before' {current_time} - 180d"],
  ])("%s: a token that was seen yesterday stays, and an old one goes", async (_what, tokeninfo) => {
    const { admin, domain, bind } = await bareServer();
    for (const [serial, age] of [
      ["FRESH1", 1],
      ["FRESHOLD", 200],
    ] as const) {
      await admin.call("POST", "/token/init", { type: "spass", pin: "1", serial });
      await admin.call("POST", `/token/info/${serial}/last_seen`, { value: iso(Date.now() - age * day) });
    }
    await bind({
      event: "token_list",
      position: "post",
      handlermodule: "Token",
      action: "delete",
      conditions: { tokeninfo, serial: "FRESH" },
    });
    for (const serial of ["FRESH1", "FRESHOLD"]) await admin.call("GET", `/token/?serial=${serial}`);
    expect([await domain.tokens.find("FRESH1"), await domain.tokens.find("FRESHOLD")]).toEqual([
      expect.objectContaining({ serial: "FRESH1" }),
      null,
    ]);
  });
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

  it("F4-mail: the owner of a token that was unassigned gets the mail", async () => {
    const { admin, bind, mails } = await bareServer();
    await admin.call("POST", "/token/init", { type: "hotp", genkey: "1", serial: "OWN1", user: "alice" });
    const options = { emailconfig: "demo", To: "tokenowner", subject: "returned {serial} {username}" };
    await bind({
      event: "token_unassign",
      position: "post",
      handlermodule: "UserNotification",
      action: "sendmail",
      options,
    });
    await admin.call("POST", "/token/unassign", { serial: "OWN1" });
    expect(await mails()).toMatchObject([{ to: ["alice@demo.example"], subject: "returned OWN1 alice" }]);
  });

  it("F4-webhook: a webhook names the owner of a token that was deleted", async () => {
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

  it("F4-realm: a condition on the realm of the owner of a token that was deleted is fulfilled", async () => {
    const { admin, bind, actions } = await bareServer();
    const logging = { event: "token_delete", position: "post", handlermodule: "Logging", action: "logging" };
    await bind({ ...logging, conditions: { realm: "corp" } });
    // siblings: the others that ask about the user
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

it("F5: a failed call sends no mail of a binding that does not ask about failure", async () => {
  const { admin, bind, mails } = await bareServer();
  const options = { emailconfig: "demo", To: "email", "To email": "it@demo.example", subject: "x", body: "x" };
  const sendmail = {
    event: "token_init",
    position: "post",
    handlermodule: "UserNotification",
    action: "sendmail",
    options,
  };
  await bind(sendmail);
  const { status } = await admin.call("POST", "/token/init", { type: "nosuch", user: "alice" });
  expect([status, await mails()]).toEqual([400, []]);
  await bind({ ...sendmail, conditions: { result_status: "False" } });
  await admin.call("POST", "/token/init", { type: "nosuch", user: "alice" });
  expect(await mails()).toHaveLength(1);
});

describe("F9: rewriting of phone numbers", () => {
  const gateway = { name: "rewrites", module: "http", "option.url": "http://127.0.0.1:1/sms" };

  it.each([
    ["/[\\+/]//", 200],
    ["/^0/+49/", 200],
    ["/a\\/b/c\\/d/", 200],
    ["/[/]/x/", 200],
    ["nonsense", 400],
    ["/(/x/", 400],
    ["/(?=1)/x/", 400],
  ])("the rule %s returns %i", async (rule, right) => {
    const { admin } = await bareServer();
    const { status, body } = await admin.call("POST", "/smsgateway/", { ...gateway, "option.rewrite": rule });
    expect([status, body.result.error?.message]).toEqual([
      right,
      right === 200 ? undefined : expect.stringContaining("rewrite"),
    ]);
  });
});

describe("addresses and senders", () => {
  it.each([
    ["F11", "{username}@demo.example"],
    ["sibling of F11: next to another address", "it@demo.example, {user.email}"],
    ["sibling of F11: a closing brace", "it}@demo.example"],
  ])("%s: an address takes no tags", async (_what, address) => {
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
    expect(body.result.error.message).toContain("no tags");
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
