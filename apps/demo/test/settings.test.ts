import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type ApiClient, asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

const resultOf = async (api: ApiClient, method: string, path: string, parameters?: object) => {
  const { body } = await api.call(method, path, parameters);
  expect([path, body.result.error]).toEqual([path, undefined]);
  return body.result.value;
};

it("resolvers, realms and users can be managed", async () => {
  const { api, dataDirectory } = await testServer();
  const admin = await asAdmin(api);
  const fileName = join(dataDirectory, "demo/more.passwd");
  await writeFile(fileName, "zoe:x:1:1:Zoe Zander,,+12025550900,,zoe@demo.example:/:/bin/sh\n");
  const test = await admin.call("POST", "/resolver/test", { type: "passwdresolver", fileName });
  expect(test.body).toMatchObject({ result: { value: true }, detail: { description: "Found 1 users." } });
  expect(await resultOf(admin, "POST", "/resolver/more", { type: "passwdresolver", fileName })).toBe(1);
  expect(await resultOf(admin, "GET", "/resolver/more")).toEqual({
    more: { resolvername: "more", type: "passwdresolver", data: { fileName }, editable: false, censor_keys: [] },
  });
  expect(Object.keys(await resultOf(admin, "GET", "/resolver/"))).toEqual([
    "branch",
    "more",
    "partners",
    "people",
    "staff",
  ]);

  const saved = await resultOf(admin, "POST", "/realm/zoo", { resolvers: "more,nonsense", "priority.more": 3 });
  expect(saved).toEqual({ added: ["more"], failed: ["nonsense"] });
  expect((await resultOf(admin, "GET", "/realm/")).zoo).toEqual({
    default: false,
    resolver: [{ name: "more", type: "passwdresolver", priority: 3 }],
  });
  await resultOf(admin, "POST", "/defaultrealm/zoo");
  expect(Object.keys(await resultOf(admin, "GET", "/defaultrealm"))).toEqual(["zoo"]);
  expect(await resultOf(admin, "GET", "/user/?realm=zoo")).toMatchObject([
    { username: "zoe", givenname: "Zoe", surname: "Zander", mobile: "+12025550900", userid: "1", resolver: "more" },
  ]);
  await resultOf(admin, "DELETE", "/defaultrealm");
  expect(await resultOf(admin, "GET", "/defaultrealm")).toEqual({});
  await resultOf(admin, "DELETE", "/realm/zoo");
  await resultOf(admin, "DELETE", "/resolver/more");
  expect((await admin.call("GET", "/resolver/more")).body.result.error.code).toBe(601);
  expect((await admin.call("DELETE", "/realm/zoo")).status).toBe(404);
});

it("custom user attributes can be managed", async () => {
  const { api } = await testServer();
  const admin = await asAdmin(api);
  await resultOf(admin, "POST", "/user/attribute", { user: "alice", key: "hat", value: "blue" });
  expect(await resultOf(admin, "GET", "/user/attribute?user=alice&key=hat")).toBe("blue");
  expect(await resultOf(admin, "GET", "/user/attribute?user=alice")).toMatchObject({ hat: "blue", givenname: "Alice" });
  const alice = await api.as("alice", "alice-demo");
  expect(await resultOf(alice, "GET", "/user/attribute?user=bob&key=hat")).toBe("blue");
  expect(await resultOf(admin, "DELETE", "/user/attribute/hat/alice/corp")).toBe(1);
  expect(await resultOf(admin, "GET", "/user/attribute?user=alice&key=hat")).toBe("");
});

it("a change of a mail server takes effect immediately, and passwords are never returned", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const mine = { server: "127.0.0.1", port: server.mails.port, sender: "me@demo.example", tls: "0" };
  await resultOf(admin, "POST", "/smtpserver/mine", { ...mine, username: "u", password: "s3cret-of-mine" });
  const listed = await admin.call("GET", "/smtpserver/");
  expect(listed.body.result.value.mine).toMatchObject({ server: "127.0.0.1", username: "u", starttls: "never" });
  expect(JSON.stringify(listed.body)).not.toContain("s3cret");

  await resultOf(admin, "POST", "/smtpserver/send_test_email", {
    ...mine,
    identifier: "new",
    recipient: "x@demo.example",
  });
  expect(server.mails.list()[0]).toMatchObject({ to: ["x@demo.example"], from: "me@demo.example" });

  await resultOf(admin, "POST", "/event", {
    name: "tell",
    event: "token_enable",
    handlermodule: "UserNotification",
    action: "sendmail",
    options: { emailconfig: "mine", To: "tokenowner", body: "x" },
  });
  await resultOf(admin, "POST", "/token/enable/OATH00000001");
  expect(server.mails.list()[0]?.from).toBe("me@demo.example");
  await resultOf(admin, "POST", "/smtpserver/mine", { ...mine, sender: "other@demo.example" });
  await resultOf(admin, "POST", "/token/enable/OATH00000001");
  expect(server.mails.list()[0]?.from).toBe("other@demo.example");
  expect((await server.domain.smtpServers.access("mine")).password).toBe("s3cret-of-mine");

  await resultOf(admin, "DELETE", "/smtpserver/mine");
  await resultOf(admin, "POST", "/token/enable/OATH00000001");
  expect(server.mails.list()).toHaveLength(3);
  const bad = await admin.call("POST", "/smtpserver/mine", { ...mine, sender: "nonsense" });
  expect([bad.status, bad.body.result.error.code]).toEqual([400, 905]);
  const dead = await admin.call("POST", "/smtpserver/send_test_email", {
    ...mine,
    port: 1,
    identifier: "dead",
    recipient: "x@demo.example",
  });
  expect([dead.status, dead.body.result.error.code]).toEqual([400, 302]);
});

it("SMS gateways of every kind can be managed, and secrets are never returned", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const providers = await resultOf(admin, "GET", "/smsgateway/providers");
  expect(Object.keys(providers).map((name) => name.split(".").at(-1))).toEqual([
    "HttpSMSProvider",
    "SmtpSMSProvider",
    "SmppSMSProvider",
    "ScriptSMSProvider",
  ]);
  expect(providers["privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider"]).toMatchObject({
    options_allowed: true,
    headers_allowed: true,
    parameters: { HTTP_METHOD: { required: true, values: ["GET", "POST"], description: expect.any(String) } },
  });
  const options = { "option.host": "127.0.0.1", "option.port": String(server.sms.port), "option.systemId": "mine" };
  await resultOf(admin, "POST", "/smsgateway/", {
    name: "mine",
    module: "smpp",
    ...options,
    "option.sourceAddress": "Mine",
    "option.password": "s3cret",
  });
  await resultOf(admin, "POST", "/smsgateway/web", {
    name: "web",
    module: "http",
    "option.url": "https://sms.example/send",
    "option.parameters": '{"to": "{phone}", "text": "{message}"}',
    "header.Authorization": "Bearer s3cret",
  });
  await resultOf(admin, "POST", "/smsgateway/mail", {
    name: "mail",
    module: "smtp",
    "option.server": "demo",
    "option.recipient": "{phone}@sms.demo.example",
  });
  const listed = await admin.call("GET", "/smsgateway/");
  expect(listed.body.result.value.map((gateway: { name: string }) => gateway.name)).toEqual([
    "demo",
    "mail",
    "mine",
    "web",
  ]);
  expect(JSON.stringify(listed.body)).not.toContain("s3cret");

  await resultOf(admin, "POST", "/system/setConfig", { "sms.identifier": "mine" });
  await resultOf(server.api, "POST", "/validate/check", { user: "dave", pass: "1234" });
  expect(server.sms.list()[0]).toMatchObject({
    from: "Mine",
    to: "+12025550104",
    text: expect.stringMatching(/\d{6}/),
  });
  await resultOf(admin, "POST", "/system/setConfig", { "sms.identifier": "mail" });
  await resultOf(server.api, "POST", "/validate/check", { user: "dave", pass: "1234" });
  expect(server.mails.list()[0]).toMatchObject({
    to: ["+12025550104@sms.demo.example"],
    text: expect.stringMatching(/\d{6}/),
  });

  for (const parameters of [
    { name: "x", module: "carrier pigeon" },
    { name: "x", module: "smpp", ...options, "option.nonsense": "1" },
    { name: "x", module: "http", "option.url": "https://sms.example", "option.parameters": "nonsense" },
  ]) {
    const { status, body } = await admin.call("POST", "/smsgateway/", parameters);
    expect([status, body.result.error.code]).toEqual([400, 905]);
  }
  await resultOf(admin, "DELETE", "/smsgateway/web");
});

it("SMS gateways accept the names of privacyIDEA's providers", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const smpp = "privacyidea.lib.smsprovider.SmppSMSProvider.SmppSMSProvider";
  const http = "privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider";
  const port = String(server.sms.port);
  const options = { "option.SMSC_HOST": "127.0.0.1", "option.SMSC_PORT": port, "option.SYSTEM_ID": "pi" };
  const more = { "option.S_ADDR": "Theirs", "option.PASSWORD": "s3cret", "option.D_ADDR_NPI": "" };
  await resultOf(admin, "POST", "/smsgateway/", { name: "pi", module: smpp, ...options, ...more });
  await resultOf(admin, "POST", "/system/setConfig", { "sms.identifier": "pi" });
  await resultOf(server.api, "POST", "/validate/check", { user: "dave", pass: "1234" });
  expect(server.sms.list()[0]).toMatchObject({ from: "Theirs", to: "+12025550104" });
  const web = { name: "web", module: http, "option.HTTP_METHOD": "GET", "option.CHECK_SSL": "yes" };
  const url = { "option.URL": "https://sms.example/send", "option.TIMEOUT": "5" };
  const sent = { "option.to": "{phone}", "option.pass": "s3cret", "header.X-Key": "s3cret" };
  await resultOf(admin, "POST", "/smsgateway/", { ...web, ...url, ...sent });
  const listed = await resultOf(admin, "GET", "/smsgateway/");
  expect(listed.find(({ name }: { name: string }) => name === "web")).toMatchObject({
    providermodule: "http",
    options: { method: "GET", rejectUnauthorized: "true", timeoutMs: "5000", secretParameters: "***", headers: "***" },
  });
  expect(JSON.stringify(listed)).not.toContain("s3cret");
  for (const [parameters, message] of [
    [{ ...web, ...sent }, "option.URL"],
    [{ ...web, ...url, "option.CHECK_SSL": "maybe" }, "option.CHECK_SSL"],
    [{ ...web, ...url, "option.PROXY": "http://proxy" }, "option.PROXY"],
    [{ name: "x", module: smpp, ...options, "option.nonsense": "1" }, "option.nonsense"],
  ] as const) {
    const { status, body } = await admin.call("POST", "/smsgateway/", parameters);
    expect([status, body.result.error.message]).toEqual([400, expect.stringContaining(message)]);
  }
});

it("system settings can be managed", async () => {
  const { api } = await testServer();
  const admin = await asAdmin(api);
  expect(await resultOf(admin, "POST", "/system/setConfig", { "email.subject": "Code" })).toEqual({
    "email.subject": "insert",
  });
  expect(await resultOf(admin, "GET", "/system/email.subject")).toBe("Code");
  expect(await resultOf(admin, "GET", "/system/")).toMatchObject({
    "email.subject": "Code",
    "email.identifier": "demo",
  });
  expect(await resultOf(admin, "DELETE", "/system/email.subject")).toBe(1);
  expect((await admin.call("GET", "/system/email.subject")).status).toBe(404);
});

it("several system settings are saved together or not at all", async () => {
  const { api } = await testServer();
  const admin = await asAdmin(api);
  for (const wrong of [{ b: {} }, { b: "x".repeat(10_001) }, { ["b".repeat(256)]: "1" }, { b: "\0" }]) {
    const { status, body } = await admin.call("POST", "/system/setConfig", { a: "1", ...wrong });
    expect([status, body.result.error.code]).toEqual([400, 905]);
    expect((await admin.call("GET", "/system/a")).status).toBe(404);
  }
  expect(await resultOf(admin, "POST", "/system/setConfig", { a: "1" })).toEqual({ a: "insert" });
  const many = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`n${n}`, String(n)]));
  const saved = await resultOf(admin, "POST", "/system/setConfig", { ...many, a: "2" });
  expect(saved).toMatchObject({ a: "update", n0: "insert", n899: "insert" });
  expect(await resultOf(admin, "GET", "/system/")).toMatchObject({ ...many, a: "2" });
});

it("the audit log has pages, filters and CSV", async () => {
  const { api } = await testServer();
  const admin = await asAdmin(api);
  await admin.call("POST", "/token/init", { type: "spass", pin: "1", user: "alice", serial: "AUDIT1" });
  await admin.call("POST", "/token/init", { type: "nonsense" });
  const found = await resultOf(admin, "GET", "/audit/?serial=AUD*&success=1");
  expect(found).toMatchObject({
    count: 1,
    current: 1,
    prev: null,
    next: null,
    auditdata: [{ serial: "AUDIT1", user: "alice" }],
  });
  const oldest = await resultOf(admin, "GET", "/audit/?sortorder=asc&page_size=1&page=1");
  expect(oldest.auditdata).toMatchObject([{ number: 1, action: "POST /auth", info: "admin admin logged in" }]);
  expect(oldest).toMatchObject({ next: 2, count: 3 });
  expect(await resultOf(admin, "GET", "/audit/?timelimit=1h")).toMatchObject({ count: 3 });
  const csv = (await admin.call("GET", "/audit/audit.csv?action=POST*init")).body;
  expect(csv.trim().split("\r\n")).toHaveLength(3);
  expect(csv).toMatch(/^number,id,parent,/);
  for (const query of [
    "page=0",
    "page_size=x",
    "page_size=1001",
    "sortname=nonsense",
    "sortorder=up",
    "timelimit=soon",
    "success=maybe",
  ]) {
    const { status, body } = await admin.call("GET", `/audit/?${query}`);
    expect([query, status, body.result.error.code]).toEqual([query, 400, 905]);
    expect(body.result.error.message).toContain(query.split("=")[0]);
  }
});

it("the outbox page loads nothing from elsewhere and shows attachments only as images", async () => {
  const { api, url } = await testServer();
  const admin = await asAdmin(api);
  const page = await fetch(`${url}/demo`);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await page.text();
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
  for (const link of links.filter((each) => each?.startsWith("/"))) {
    expect((await fetch(`${url}${link}`)).status).toBe(200);
  }
  expect(links.filter((link) => link?.includes("//"))).toEqual([]);
  expect((await fetch(url, { redirect: "manual" })).headers.get("location")).toBe("/demo");

  await resultOf(admin, "POST", "/event", {
    name: "QR",
    event: "token_init",
    handlermodule: "UserNotification",
    action: "sendmail",
    options: { emailconfig: "demo", To: "tokenowner", mimetype: "html", attach_qrcode: "True", body: "x" },
  });
  await resultOf(admin, "POST", "/token/init", { type: "hotp", genkey: 1, user: "alice" });
  const [mail] = (await api.call("GET", "/demo/mails")).body;
  const image = await fetch(`${url}/demo/mails/${mail.id}/attachments/0`);
  expect(image.headers.get("content-type")).toBe("image/png");
  expect(
    Buffer.from(await image.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect((await fetch(`${url}/demo/mails/${mail.id}/attachments/7`)).status).toBe(404);
});
