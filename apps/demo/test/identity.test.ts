import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { type ApiClient, apiClient } from "./api-client.js";
import { bareServer } from "./bare-server.js";

/** Adds a user to a resolver, with the password `<login>-pw`. */
const addUser = (admin: ApiClient, resolver: string, user: string, password = `${user}-pw`) =>
  admin.call("POST", "/user/", { user, resolver, password });

const serialsOf = async (api: ApiClient) =>
  (await api.call("GET", "/token/")).body.result.value.tokens.map(({ serial }: { serial: string }) => serial);

/** The response to a call with a session that has ended. */
const ended = { status: 401, body: { result: { error: { code: 4031 } } } };

it("two users with the same login in a realm are different users", async () => {
  const { api, admin } = await bareServer();
  await admin.call("POST", "/resolver/second", { type: "sqlresolver" });
  await admin.call("POST", "/realm/twins", { resolvers: "people,second" });
  for (const resolver of ["people", "second"]) await addUser(admin, resolver, "twin", `${resolver}-pw`);
  const logIn = async (resolver: string) => {
    const { body } = await api.call("POST", "/auth", {
      username: "twin",
      realm: "twins",
      resolver,
      password: `${resolver}-pw`,
    });
    return apiClient(api.url, body.result.value.token);
  };
  const [first, second] = [await logIn("people"), await logIn("second")];
  await first.call("POST", "/token/init", { type: "spass", serial: "FIRST", pin: "1" });
  await second.call("POST", "/token/init", { type: "spass", serial: "SECOND", pin: "1" });
  expect(await serialsOf(first)).toEqual(["FIRST"]);
  expect(await serialsOf(second)).toEqual(["SECOND"]);
  expect((await second.call("POST", "/token/disable", { serial: "FIRST" })).status).toBe(403);
  await first.call("POST", "/container/init", { type: "generic", container_serial: "BOX" });
  expect((await second.call("DELETE", "/container/BOX")).status).toBe(403);
  // the password of one user does not log in the other
  const { status } = await api.call("POST", "/auth", {
    username: "twin",
    realm: "twins",
    resolver: "second",
    password: "people-pw",
  });
  expect(status).toBe(401);
});

it("a login that has been reassigned gives no access to the former user's objects", async () => {
  const { api, admin } = await bareServer();
  await addUser(admin, "people", "mallory");
  const former = await api.as("mallory", "mallory-pw");
  await former.call("POST", "/token/init", { type: "spass", serial: "OLD", pin: "1" });
  await former.call("POST", "/container/init", { type: "generic", container_serial: "OLDBOX" });
  await admin.call("DELETE", "/user/people/mallory");
  expect(await former.call("GET", "/token/")).toMatchObject(ended);
  await addUser(admin, "people", "mallory");
  // the old session stays invalid, and a new one does not give access to the former objects
  expect(await former.call("GET", "/token/")).toMatchObject(ended);
  const now = await api.as("mallory", "mallory-pw");
  expect(await serialsOf(now)).toEqual([]);
  for (const [method, path, parameters] of [
    ["POST", "/token/enable", { serial: "OLD" }],
    ["DELETE", "/token/OLD", {}],
    ["POST", "/token/init", { type: "spass", serial: "OLD", pin: "2" }],
    ["POST", "/container/OLDBOX/states", { states: "lost" }],
    ["POST", "/container/OLDBOX/assign", {}],
    ["DELETE", "/container/OLDBOX", {}],
  ] as const) {
    expect([path, (await now.call(method, path, parameters)).status]).toEqual([path, 403]);
  }
});

it("a renamed user keeps their objects, which a new user with the former login cannot access", async () => {
  const { api, admin } = await bareServer();
  await addUser(admin, "people", "before");
  const session = await api.as("before", "before-pw");
  await session.call("POST", "/token/init", { type: "spass", serial: "MINE", pin: "1" });
  await admin.call("PUT", "/user/", { user: "before", resolver: "people", username: "after" });
  await addUser(admin, "people", "before");
  expect(await serialsOf(session)).toEqual(["MINE"]);
  expect(await serialsOf(await api.as("before", "before-pw"))).toEqual([]);
  expect(await serialsOf(await api.as("after", "before-pw"))).toEqual(["MINE"]);
});

it("a session ends when its password is set, even to the same one, its user leaves the realm, or its administrator is deleted", async () => {
  const { api, admin, domain } = await bareServer();
  await addUser(admin, "people", "ursula");
  const first = await api.as("ursula", "ursula-pw");
  expect((await first.call("GET", "/token/")).status).toBe(200);
  await admin.call("PUT", "/user/", { user: "ursula", resolver: "people", email: "u@demo.example" });
  expect((await first.call("GET", "/token/")).status).toBe(200);
  await admin.call("PUT", "/user/", { user: "ursula", resolver: "people", password: "another" });
  expect(await first.call("GET", "/token/")).toMatchObject(ended);

  const sameAgain = await api.as("ursula", "another");
  await admin.call("PUT", "/user/", { user: "ursula", resolver: "people", password: "another" });
  expect(await sameAgain.call("GET", "/token/")).toMatchObject(ended);

  const second = await api.as("ursula", "another");
  await admin.call("POST", "/realm/corp", { resolvers: "partners" });
  expect(await second.call("GET", "/token/")).toMatchObject(ended);

  await domain.admins.save("temporary", { password: "first-password" });
  const temporary = await api.as("temporary", "first-password");
  expect((await temporary.call("GET", "/event/")).status).toBe(200);
  await domain.admins.save("temporary", { password: "second-password" });
  expect(await temporary.call("GET", "/event/")).toMatchObject(ended);
  const adminAgain = await api.as("temporary", "second-password");
  await domain.admins.save("temporary", { password: "second-password" });
  expect(await adminAgain.call("GET", "/event/")).toMatchObject(ended);
  const again = await api.as("temporary", "second-password");
  await domain.admins.delete("temporary");
  expect(await again.call("GET", "/event/")).toMatchObject(ended);
  // a new administrator with that name has another password hash, even if the password is the same
  await domain.admins.save("temporary", { password: "second-password" });
  expect(await again.call("GET", "/event/")).toMatchObject(ended);
});

it("a session reveals nothing about the password", async () => {
  const { admin } = await bareServer();
  const claims = JSON.parse(Buffer.from(admin.token?.split(".")[1] ?? "", "base64url").toString());
  expect(Object.keys(claims).sort()).toEqual(["cred", "exp", "iat", "iss", "realm", "role", "username"]);
  expect(claims.cred).toMatch(/^[\w-]{43}$/);
});

it("users cannot lift limits that administrators set", async () => {
  const { api, admin } = await bareServer();
  const alice = await api.as("alice", "alice-demo");
  await admin.call("POST", "/token/init", { type: "hotp", genkey: 1, serial: "LIMITED", user: "alice" });
  const limits = { validity_period_end: "2030-01-01T00:00+0000", count_auth_max: 5, count_auth_success_max: 3 };
  await admin.call("POST", "/token/set", { serial: "LIMITED", ...limits });
  await admin.call("POST", "/token/info/LIMITED/room", { value: "4.13" });
  expect((await alice.call("POST", "/token/init", { type: "hotp", genkey: 1, serial: "LIMITED" })).status).toBe(200);
  const [token] = (await admin.call("GET", "/token/?serial=LIMITED")).body.result.value.tokens;
  expect(token.info).toMatchObject({
    validity_period_end: "2030-01-01T00:00+0000",
    count_auth_max: "5",
    count_auth_success_max: "3",
    room: "4.13",
  });
  const longer = { type: "hotp", genkey: 1, serial: "LIMITED", validity_period_end: "2040-01-01T00:00+0000" };
  expect((await alice.call("POST", "/token/init", longer)).status).toBe(403);

  for (const pin of [undefined, ""]) {
    const { body } = await alice.call("POST", "/token/init", { type: "spass", ...(pin !== undefined && { pin }) });
    expect(body.result.error).toMatchObject({ code: 905, message: expect.stringContaining("pin") });
  }
  await alice.call("POST", "/token/init", { type: "spass", serial: "SPASS", pin: "1" });
  expect((await alice.call("POST", "/token/setpin", { serial: "SPASS", otppin: "" })).status).toBe(400);
  expect((await alice.call("POST", "/token/init", { type: "spass", serial: "SPASS", pin: "" })).status).toBe(400);
  await admin.call("POST", "/token/init", { type: "spass", serial: "FREE" });
  expect((await alice.call("POST", "/token/assign", { serial: "FREE" })).status).toBe(400);
  expect((await alice.call("POST", "/token/assign", { serial: "FREE", pin: "1" })).status).toBe(200);
});

it("a user whose tokens reach the limit cannot enroll another one, but an administrator can; open challenges are limited", async () => {
  const { api, admin } = await bareServer({ config: { limits: { tokensPerUser: 3, challengesPerUser: 2 } } });
  const bob = await api.as("bob", "bob-demo");
  const enrol = (user: ApiClient, more: object = {}) =>
    user.call("POST", "/token/init", { type: "spass", pin: "7", ...more });
  // bob already has one token, from the demo data
  expect([(await enrol(bob)).status, (await enrol(bob)).status]).toEqual([200, 200]);
  expect(await enrol(bob)).toMatchObject({ status: 429, body: { result: { status: false } } });
  expect((await enrol(admin, { user: "bob" })).status).toBe(200);
  const trigger = () => admin.call("POST", "/validate/triggerchallenge", { user: "carol" });
  expect([(await trigger()).status, (await trigger()).status, (await trigger()).status]).toEqual([200, 200, 429]);
});

it("a stored password is not sent to another server", async () => {
  const { admin } = await bareServer();
  const server = { identifier: "mine", server: "127.0.0.1", port: 2525, username: "u", password: "secret", tls: 1 };
  expect((await admin.call("POST", "/smtpserver/mine", server)).status).toBe(200);
  const { password, ...stored } = server;
  for (const changed of [{ server: "127.0.0.2" }, { port: 2526 }, { tls: 0 }, { server: "smtps://127.0.0.1" }]) {
    for (const path of ["send_test_email", "mine"]) {
      const parameters = { ...stored, ...changed, recipient: "x@demo.example" };
      const { body } = await admin.call("POST", `/smtpserver/${path}`, parameters);
      expect(body.result.error).toMatchObject({ code: 905, message: expect.stringContaining("password") });
    }
  }
  expect((await admin.call("POST", "/smtpserver/mine", { ...stored, description: "d" })).status).toBe(200);
  expect((await admin.call("POST", "/smtpserver/mine", { ...server, port: 2526 })).status).toBe(200);

  const gateway = { name: "sms", module: "http", "option.url": "http://127.0.0.1:1/", "option.user": "u" };
  expect((await admin.call("POST", "/smsgateway/", { ...gateway, "option.password": "secret" })).status).toBe(200);
  const elsewhere = await admin.call("POST", "/smsgateway/", { ...gateway, "option.url": "http://127.0.0.1:2/" });
  expect(elsewhere.body.result.error).toMatchObject({ code: 905, message: expect.stringContaining("password") });
  expect((await admin.call("POST", "/smsgateway/", gateway)).status).toBe(200);
});
