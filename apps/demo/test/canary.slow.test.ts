import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSessions } from "@bookend/mfa";
import { apiRoutes } from "@bookend/reference";
import { expect, it } from "vitest";
import { type ApiClient, asAdmin } from "./api-client.js";
import { type TestServer, testServer } from "./test-server.js";

/** Secrets that the tests send and then search for, by their purpose. */
const canary = {
  adminPassword: "Canary-admin-pw-1",
  userPassword: "Canary-user-pw-2",
  wrongPassword: "Canary-wrong-pw-3",
  pin: "Canary-pin-4",
  otpKey: "C0FFEE0123456789ABCDEFC0FFEE0123456789AB",
  pass: "Canary-pass-6",
  smtpPassword: "Canary-smtp-pw-7",
  smppPassword: "Canary-smpp-pw-8",
} as const;

/**
 * Sends secrets in many valid and invalid requests. Returns all secrets that must not be found afterwards: those that
 * were sent, and those that the server generated.
 */
async function sendSecrets(api: ApiClient, admin: ApiClient): Promise<string[]> {
  const { adminPassword, userPassword, wrongPassword, pin, otpKey, pass, smtpPassword, smppPassword } = canary;
  const made: string[] = [];

  await api.call("POST", "/auth", { username: "admin", password: wrongPassword });
  await api.call("POST", "/auth", { username: "alice", password: wrongPassword });
  await api.call("POST", `/auth?username=admin&password=${wrongPassword}`);
  await api.call("GET", `/auth/rights?password=${wrongPassword}`);
  const user = { user: "henry", resolver: "people", email: "henry@demo.example", mobile: "+12025550999" };
  await admin.call("POST", "/user/", { ...user, password: userPassword });
  await admin.call("POST", "/user/", { ...user, password: userPassword });
  await admin.call("PUT", "/user/", { ...user, password: userPassword });
  await api.call("POST", "/auth", { username: "henry", password: userPassword });

  const init = { user: "henry", pin };
  const enrolled = [
    { ...init, type: "hotp", otpkey: otpKey, serial: "CANARY1" },
    { ...init, type: "hotp", otpkey: otpKey, otpkeyformat: "nonsense" },
    { ...init, type: "totp", genkey: 1 },
    { ...init, type: "spass", serial: "CANARY2" },
    { ...init, type: "pw", otpkey: pass },
    { ...init, type: "registration", serial: "CANARY3" },
    { ...init, type: "email", email: "henry@demo.example", serial: "CANARY4" },
    { ...init, type: "sms", phone: "+12025550999" },
    { ...init, type: "paper", otpkey: otpKey },
    { ...init, type: "tan", otpkey: otpKey },
    { ...init, type: "applspec", service_id: "mail" },
    { ...init, type: "push", serial: "CANARY6" },
    { ...init, type: "hotp", "2stepinit": 1, serial: "CANARY7" },
    { ...init, type: "hotp", otpkey: otpKey, serial: "CANARY7" },
    { ...init, type: "nonsense", otpkey: otpKey, pass },
  ];
  for (const parameters of enrolled) {
    const { detail } = (await admin.call("POST", "/token/init", parameters)).body;
    made.push(...secretsOf(detail));
  }
  for (const name of ["setpin", "set", "setrandompin", "reset", "enable", "disable", "resync", "assign"]) {
    const secrets = { otppin: pin, pin, otpkey: otpKey, pass, otp1: pass, otp2: pass, user: "henry" };
    const { body } = await admin.call("POST", `/token/${name}`, { serial: "CANARY1", ...secrets });
    made.push(...secretsOf(body.detail));
    await admin.call("POST", `/token/${name}`, { serial: "NOSUCH", ...secrets });
  }
  await admin.call("POST", "/token/enable/CANARY1");
  await admin.call("POST", "/token/copypin", { from: "CANARY2", to: "CANARY1", pin });
  await admin.call("POST", "/token/info/CANARY1/pin", { value: pin });
  await admin.call("GET", `/token/getserial/755224?pass=${pass}`);
  made.push((await admin.call("POST", "/token/lost/CANARY2", { pin })).body.result.value.password);

  for (const parameters of [
    { user: "henry", pass },
    { user: "henry", pass: pin },
    { serial: "CANARY1", pass },
    { serial: "NOSUCH", pass },
    { pass },
    { user: { pass }, pass },
    { user: "henry", pass, transaction_id: "12345678901234567890" },
  ]) {
    await api.call("POST", "/validate/check", parameters);
  }
  await api.call("GET", `/validate/check?user=henry&pass=${pass}`);
  await api.call("POST", "/validate/triggerchallenge", { user: "henry", pass });
  await admin.call("POST", "/validate/triggerchallenge", { user: "henry", pass });
  await api.call("GET", `/validate/polltransaction/123456789?pass=${pass}`);
  const app = { serial: "CANARY6", pubkey: pass, nonce: pass, signature: pass, timestamp: pass };
  await api.call("POST", "/ttype/push", app);
  await api.call("POST", "/ttype/push", { ...app, enrollment_credential: pass });
  await api.call("POST", "/ttype/push", {
    ...app,
    enrollment_credential: made.find((each) => /^[0-9a-f]{40}$/.test(each)),
  });
  await api.call("GET", `/ttype/push?${new URLSearchParams(app)}`);
  await api.call("POST", "/nosuchroute", { pass, pin });
  await api.call("GET", `/nosuchroute?pass=${pass}`);
  const json = { "content-type": "application/json" };
  await fetchRaw(api, "/validate/check", `{"user": "henry", "pass": "${pass}"`, json);
  await fetchRaw(api, "/validate/check", `${pass}`, { "content-type": "text/plain" });
  await fetchRaw(api, "/validate/check", `{"__proto__": {"pass": "${pass}"}}`, json);

  await admin.call("POST", "/container/init", { type: "smartphone", container_serial: "CANARY5", pass });
  const offered = await admin.call("POST", "/container/register/initialize", { container_serial: "CANARY5" });
  const { nonce, container_url } = offered.body.result.value;
  made.push(nonce, container_url.value, container_url.img);
  const answer = { container_serial: "CANARY5", public_client_key: pass, signature: pass };
  await api.call("POST", "/container/register/finalize", answer);

  const smtp = {
    server: "127.0.0.1",
    port: 1,
    username: "u",
    password: smtpPassword,
    sender: "a@demo.example",
    tls: 0,
  };
  await admin.call("POST", "/smtpserver/canary", smtp);
  await admin.call("POST", "/smtpserver/canary", { ...smtp, timeout: "nonsense" });
  await admin.call("POST", "/smtpserver/send_test_email", {
    ...smtp,
    identifier: "canary",
    recipient: "b@demo.example",
  });
  const gateway = { name: "canary", module: "smpp", "option.host": "127.0.0.1", "option.systemId": "s" };
  await admin.call("POST", "/smsgateway/", { ...gateway, "option.password": smppPassword });
  await admin.call("POST", "/smsgateway/", { ...gateway, "option.password": smppPassword, "option.nonsense": "1" });
  await admin.call("GET", "/smtpserver/");
  await admin.call("GET", "/smsgateway/");
  await admin.call("POST", "/resolver/canary", { type: "passwdresolver", fileName: "/nonexistent", password: pass });
  const ldap = { type: "ldapresolver", LDAPURI: "ldap://127.0.0.1:1", LDAPBASE: "dc=x", BINDDN: "cn=x", BINDPW: pass };
  await admin.call("POST", "/resolver/canary", ldap);
  await admin.call("POST", "/resolver/test", { ...ldap, LDAPURI: "nonsense" });
  await admin.call("POST", "/system/setConfig", { "canary.password": pass });
  await admin.call("POST", "/event", { name: "x", event: "auth", pass, options: { pass } });
  await admin.call("POST", "/event/explain", { event: "validate_check", pass, user: "henry" });
  const file = `CANARY8, ${otpKey}, hotp, 6`;
  await admin.call("POST", "/token/load/canary.csv", { type: "oathcsv", file });
  return [...Object.values(canary).filter((text) => text !== adminPassword), ...made];
}

/** Every parameter of the API that contains a secret, with the secret to send. */
const secretParameters = {
  pass: canary.pass,
  password: canary.userPassword,
  BINDPW: canary.userPassword,
  pin: canary.pin,
  otppin: canary.pin,
  newpin: canary.pin,
  otpkey: canary.otpKey,
  otp1: canary.pass,
  otp2: canary.pass,
  response: canary.pass,
  "option.password": canary.smppPassword,
  enrollment_credential: canary.pass,
  signature: canary.pass,
  public_client_key: canary.pass,
};

/** Calls every route with secrets in the query and in the body, without a login and as an administrator. */
async function sendToEveryRoute({ domain, store, channels, api }: TestServer, admin: ApiClient): Promise<number> {
  const routes = apiRoutes({
    domain,
    store,
    channels,
    sessions: createSessions({ key: new Uint8Array(32), lifetime: 60, users: domain.users, admins: domain.admins }),
    serverUrl: () => api.url,
  });
  const management = ["", "1", "available", "handlermodules", "export", "actions/Token", "conditions/Token"].map(
    (path) => ({
      method: "GET",
      path: `/event/${path}`,
    }),
  );
  const writing = ["/event", "/event/enable/1", "/event/disable/1", "/event/check", "/event/explain", "/event/import"];
  const all = [...routes, ...management, ...writing.map((path) => ({ method: "POST", path }))];
  const query = new URLSearchParams(secretParameters);
  for (const { method, path } of all) {
    const there = path
      .replace(/:otp\b/, "755224")
      .replace(/:serial\b/, "CANARY1")
      .replace(/:\w+/g, "canary");
    for (const client of [api, admin]) {
      await client.call(method, `${there}?${query}`);
      if (method !== "GET") await client.call(method, there, { user: "henry", serial: "CANARY1", ...secretParameters });
    }
  }
  return all.length;
}

function secretsOf(detail: Record<string, never> | null): string[] {
  const { googleurl, otpkey, registrationcode, pin, password, pushurl, enrollment_credential } = (detail ??
    {}) as Record<string, unknown>;
  const texts = [googleurl, otpkey, pushurl].flatMap((each) => Object.values((each ?? {}) as Record<string, string>));
  return [...texts, registrationcode, pin, password, enrollment_credential].filter(
    (text): text is string => typeof text === "string" && text.length >= 8 && !text.includes(" "),
  );
}

async function fetchRaw(api: ApiClient, path: string, body: string, headers: Record<string, string>) {
  const response = await fetch(`${api.url}${path}`, { method: "POST", body, headers });
  await response.text();
}

it("writes no secret into the audit log or the server's log", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  // logs everything, and binds a failing action to every event
  for (const position of ["pre", "post"] as const) {
    await server.bookend.bindings.add({
      name: `watch at ${position}`,
      events: [...server.bookend.events],
      position,
      handler: "Logging",
      action: "logging",
      options: {
        level: "DEBUG",
        message: "{action} {serial} {user} {username} {admin} {client_ip} {ua_string} {tokentype}",
      },
    });
    await server.bookend.bindings.add({
      name: `mail to nowhere at ${position}`,
      events: [...server.bookend.events],
      position,
      handler: "UserNotification",
      action: "sendmail",
      options: { emailconfig: "nowhere", To: "tokenowner", body: "{pin} {registrationcode} {googleurl_value}" },
    });
  }
  await server.domain.admins.save("root", { password: canary.adminPassword });
  await server.api.as("root", canary.adminPassword);
  const secrets = [canary.adminPassword, ...(await sendSecrets(server.api, admin)), admin.token ?? ""];
  expect(secrets.length).toBeGreaterThan(20);
  expect(await sendToEveryRoute(server, admin)).toBeGreaterThan(100);

  const csv = (await admin.call("GET", "/audit/audit.csv")).body;
  const log = server.log();
  expect(csv.split("\n").length).toBeGreaterThan(100);
  expect(log.split("\n").length).toBeGreaterThan(100);
  for (const secret of secrets) {
    expect({ secret, inAudit: csv.includes(secret), inLog: log.includes(secret) }).toEqual({
      secret,
      inAudit: false,
      inLog: false,
    });
  }
});

it("stores secrets in the database only encrypted or hashed", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const secrets = await sendSecrets(server.api, admin);
  // recorded calls are written after the response
  await expect
    .poll(async () => (await admin.call("GET", "/event/calls?event=token_load")).body.result.value.length)
    .toBeGreaterThan(0);
  const file = join(server.dataDirectory, "bookend.db");
  const [database, journal] = await Promise.all([readFile(file), readFile(`${file}-wal`)]);
  // `sendSecrets` also writes these two into tokeninfo and settings, which are not encrypted
  const open: readonly string[] = [canary.pin, canary.pass];
  for (const secret of secrets.filter((text) => !open.includes(text) && !text.startsWith("data:"))) {
    const found = database.includes(secret) || journal.includes(secret);
    expect({ secret, found }).toEqual({ secret, found: false });
  }
});
