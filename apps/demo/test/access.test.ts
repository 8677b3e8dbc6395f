import { describe, expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

describe("the API", () => {
  it("gives admins and users a token", async () => {
    const { api } = await testServer();
    const admin = await api.call("POST", "/auth", { username: "admin", password: "bookend-demo" });
    expect(admin.body.result.value).toMatchObject({ role: "admin", username: "admin", realm: "" });
    const user = await api.call("POST", "/auth", { username: "alice", password: "alice-demo" });
    expect(user.body.result.value).toMatchObject({ role: "user", username: "alice", realm: "corp" });
    const file = await api.call("POST", "/auth", { username: "dave", realm: "corp", password: "dave-demo" });
    expect(file.body.result.value).toMatchObject({ role: "user", username: "dave" });
    const partner = await api.call("POST", "/auth", { username: "frank@partners", password: "frank-demo" });
    expect(partner.body.result.value).toMatchObject({ username: "frank", realm: "partners" });
  });

  it("gives the same error for a wrong name and a wrong password", async () => {
    const { api } = await testServer();
    for (const [username, password] of [
      ["admin", "wrong"],
      ["alice", "wrong"],
      ["alice", ""],
      ["nobody", "wrong"],
      ["admin@corp", "bookend-demo"],
    ]) {
      const { status, body } = await api.call("POST", "/auth", { username, password });
      expect(status).toBe(401);
      expect(body.result).toEqual({
        status: false,
        error: { code: 4031, message: "ERR4031: Authentication failure. Wrong credentials" },
      });
    }
  });

  it("takes the token from either header, bare or as a bearer token", async () => {
    const { api } = await testServer();
    const { token = "" } = await asAdmin(api);
    for (const headers of [
      { authorization: token },
      { authorization: `Bearer ${token}` },
      { "pi-authorization": token },
      { "PI-Authorization": `Bearer ${token}` },
    ]) {
      const { status } = await api.call("GET", "/token/", undefined, headers as Record<string, string>);
      expect(status).toBe(200);
    }
  });

  it("refuses a missing token, an invented one and a modified one", async () => {
    const { api } = await testServer();
    const admin = await asAdmin(api);
    const none = await api.call("GET", "/token/");
    expect([none.status, none.body.result.error.code]).toEqual([401, 4033]);
    const [head, , signature] = (admin.token ?? "").split(".");
    const claims = Buffer.from(JSON.stringify({ username: "eve", realm: "", role: "admin", iss: "bookend-reference" }));
    for (const token of ["x", `${head}.${claims.toString("base64url")}.${signature}`]) {
      const { status, body } = await api.call("GET", "/token/", undefined, { authorization: token });
      expect([status, body.result.error.code]).toEqual([401, 4031]);
    }
  });

  it("raises no event for a call that is not allowed", async () => {
    const server = await testServer();
    const admin = await asAdmin(server.api);
    await admin.call("POST", "/event", {
      name: "count",
      event: "token_init,token_set",
      position: "pre",
      handlermodule: "Counter",
      action: "increase_counter",
      options: { counter_name: "calls" },
    });
    await server.api.call("POST", "/token/init", { type: "hotp", genkey: 1 });
    expect(await server.store.counters.value("calls")).toBeNull();
    const refused = (await admin.call("GET", "/audit/?page_size=1")).body.result.value.auditdata[0];
    expect(refused).toMatchObject({ action: "POST /token/init", success: false });
  });
});

describe("users", () => {
  it("see and change only their own tokens", async () => {
    const { api, domain } = await testServer();
    const alice = await api.as("alice", "alice-demo");
    const listed = await alice.call("GET", "/token/?user=bob&realm=corp");
    expect(listed.body.result.value.tokens.map((token: { serial: string }) => token.serial)).toEqual(["OATH00000001"]);

    const own = await alice.call("POST", "/token/disable", { serial: "OATH00000001" });
    expect(own.body.result.value).toBe(1);
    const all = await alice.call("POST", "/token/enable", { user: "bob" });
    expect(all.body.result.value).toBe(1);
    expect((await domain.tokens.require("OATH00000001")).active).toBe(true);

    for (const [method, path, parameters] of [
      ["POST", "/token/disable", { serial: "PISP00000001" }],
      ["POST", "/token/disable/OATH00000001,PISP00000001", {}],
      ["POST", "/token/setpin", { serial: "PISP00000001", otppin: "1" }],
      ["POST", "/token/reset", { serial: "NOSUCHTOKEN" }],
      ["DELETE", "/token/PISP00000001", undefined],
      ["POST", "/token/unassign", { serial: "PISP00000001" }],
      ["POST", "/token/assign", { serial: "PISP00000001" }],
      ["POST", "/token/lost/PISP00000001", {}],
      ["POST", "/token/init", { type: "spass", pin: "1", serial: "PISP00000001" }],
      ["POST", "/token/init", { type: "hotp", genkey: 1, tokenrealm: "partners" }],
      ["POST", "/token/resync", { serial: "PISP00000001", otp1: "1", otp2: "2" }],
      ["GET", "/token/challenges/PISP00000001", undefined],
      ["POST", "/token/set", { serial: "OATH00000001", max_failcount: 1000 }],
    ] as const) {
      const { status, body } = await alice.call(method, path, parameters);
      expect([path, status, body.result.error.code]).toEqual([path, 403, 303]);
    }
    expect(await domain.tokens.require("PISP00000001")).toMatchObject({ active: true, owner: { login: "bob" } });
  });

  it("enroll tokens for themselves, regardless of the user they name", async () => {
    const { api, domain } = await testServer();
    const alice = await api.as("alice", "alice-demo");
    const { body } = await alice.call("POST", "/token/init", { type: "spass", pin: "1", user: "bob", realm: "corp" });
    expect((await domain.tokens.require(body.detail.serial)).owner).toMatchObject({ login: "alice", realm: "corp" });
    const claimed = await alice.call("POST", "/token/assign", { serial: "OATH00000002", user: "bob" });
    expect(claimed.body.result.value).toBe(true);
    expect((await domain.tokens.require("OATH00000002")).owner).toMatchObject({ login: "alice" });
  });

  it("may not do anything that is reserved for administrators", async () => {
    const { api } = await testServer();
    const alice = await api.as("alice", "alice-demo");
    for (const [method, path] of [
      ["GET", "/event/"],
      ["POST", "/event"],
      ["POST", "/event/enable/1"],
      ["POST", "/event/explain"],
      ["DELETE", "/event/1"],
      ["GET", "/audit/"],
      ["GET", "/audit/audit.csv"],
      ["GET", "/realm/"],
      ["POST", "/realm/mine"],
      ["GET", "/resolver/"],
      ["GET", "/smtpserver/"],
      ["GET", "/smsgateway/"],
      ["GET", "/system/"],
      ["POST", "/system/setConfig"],
      ["POST", "/user/"],
      ["PUT", "/user/"],
      ["POST", "/user/attribute"],
      ["POST", "/validate/triggerchallenge"],
      ["GET", "/token/getserial/123456"],
      ["POST", "/token/copypin"],
      ["POST", "/token/realm/OATH00000001"],
      ["POST", "/token/info/OATH00000001/key"],
    ] as const) {
      const { status, body } = await alice.call(method, path);
      expect([path, status, body.result.error.code]).toEqual([path, 403, 303]);
    }
    const self = await alice.call("GET", "/user/?username=*");
    expect(self.body.result.value).toMatchObject([{ username: "alice" }]);
  });
});

it("a call with a NUL character in a parameter fails, and never as an internal error", async () => {
  const { api } = await testServer();
  const admin = await asAdmin(api);
  const calls: [string, string, object][] = [
    ["POST", "/token/init", { type: "spass", description: "a\0b", pin: "1" }],
    ["POST", "/realm/z", { resolvers: "a\0b" }],
    ["POST", "/user/attribute", { user: "alice", key: "k", value: "\0" }],
    ["GET", "/token/?serial=%00", {}],
    ["GET", "/audit/?user=%00", {}],
    ["POST", "/validate/check", { user: "al\0ice", pass: "1" }],
    ["POST", "/auth", { username: "\0", password: "\0" }],
  ];
  for (const [method, path, parameters] of calls) {
    const { status, body } = await admin.call(method, path, method === "GET" ? undefined : parameters);
    expect([path, status < 500], JSON.stringify(body)).toEqual([path, true]);
    expect([path, body.result.value ?? false]).toEqual([path, false]);
  }
});
