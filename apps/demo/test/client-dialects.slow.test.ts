import { appPublicKey, appSignature } from "@bookend/test-kit/push-app";
import { HOTP, Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { bareServer } from "./bare-server.js";
import { testServer } from "./test-server.js";

const rfcKey = Buffer.from("12345678901234567890").toString("hex");

describe("triggerchallenge", () => {
  it("opens challenges of hotp and totp tokens, which the OTP alone answers, and names all serials in the audit log", async () => {
    const { api, admin, domain } = await bareServer();
    const user = { login: "zoe", realm: "corp" };
    await domain.users.add("people", { username: "zoe", email: "zoe@demo.example" });
    await domain.tokens.init({ type: "hotp", serial: "H1", otpkey: rfcKey, pin: "1234" }, user);
    await domain.tokens.init({ type: "totp", serial: "T1", otpkey: rfcKey, pin: "1234" }, user);
    await domain.tokens.init({ type: "email", serial: "E1", dynamic_email: 1, pin: "1234" }, user);
    await domain.tokens.init({ type: "spass", serial: "S1", pin: "1234" }, user);
    const { body } = await admin.call("POST", "/validate/triggerchallenge", { user: "zoe" });
    expect(body.result).toEqual({ status: true, value: 3, authentication: "CHALLENGE" });
    const { transaction_id, multi_challenge } = body.detail;
    expect(multi_challenge.map(({ serial }: { serial: string }) => serial).sort()).toEqual(["E1", "H1", "T1"]);
    const [row] = (await admin.call("GET", "/audit/?action=*triggerchallenge&page_size=1")).body.result.value.auditdata;
    expect(row.serial.split(",").sort()).toEqual(["E1", "H1", "T1"]);
    expect(row.token_type.split(",").sort()).toEqual(["email", "hotp", "totp"]);

    const answer = async (pass: string) =>
      (await api.call("POST", "/validate/check", { user: "zoe", transaction_id, pass })).body.result.authentication;
    expect(await answer("000000")).toBe("REJECT");
    expect(await answer(new HOTP({ secret: Secret.fromHex(rfcKey) }).generate({ counter: 0 }))).toBe("ACCEPT");
    const again = await admin.call("GET", "/validate/triggerchallenge?user=zoe&type=totp");
    expect(again.body.result).toEqual({ status: true, value: 1, authentication: "CHALLENGE" });
    expect(again.body.detail.multi_challenge).toMatchObject([{ serial: "T1", type: "totp" }]);
    const otp = new TOTP({ secret: Secret.fromHex(rfcKey) }).generate();
    const { transaction_id: second } = again.body.detail;
    const accepted = await api.call("POST", "/validate/check", { user: "zoe", transaction_id: second, pass: otp });
    expect(accepted.body.result.authentication).toBe("ACCEPT");
  });

  it("refuses an unknown type, and reports if no token has the type", async () => {
    const { admin, api } = await bareServer();
    const wrong = await admin.call("POST", "/validate/triggerchallenge", { user: "carol", type: "nosuch" });
    expect([wrong.status, wrong.body.result.error.code]).toEqual([400, 905]);
    const none = await admin.call("POST", "/validate/triggerchallenge", { user: "carol", type: "hotp" });
    expect(none.body.result).toMatchObject({ value: 0 });
    expect((await api.call("GET", "/validate/triggerchallenge?user=carol")).status).toBe(401);
  });
});

describe("POST /auth", () => {
  it("accepts a local administrator regardless of the realm", async () => {
    const { api, domain } = await bareServer();
    for (const realm of ["", "corp", "nosuch"]) {
      const { body } = await api.call("POST", "/auth", { username: "admin", password: "bookend-demo", realm });
      expect(body.result.value, realm).toMatchObject({ role: "admin", username: "admin", realm: "" });
    }
    await domain.users.add("people", { username: "admin", password: "user-secret" });
    const user = await api.call("POST", "/auth", { username: "admin", password: "user-secret", realm: "corp" });
    expect(user.body.result.value).toMatchObject({ role: "user", username: "admin", realm: "corp" });
    for (const realm of ["", "corp"]) {
      expect((await api.call("POST", "/auth", { username: "admin", password: "x", realm })).status).toBe(401);
    }
    const withoutRealm = await api.call("POST", "/auth", { username: "admin", password: "user-secret" });
    expect(withoutRealm.status).toBe(401);
  });

  it("returns the menus and rights that web UIs read", async () => {
    const { api } = await bareServer();
    const details = async (username: string, password: string) =>
      (await api.call("POST", "/auth", { username, password })).body.result.value;
    const admin = await details("admin", "bookend-demo");
    expect(admin).toMatchObject({
      container_wizard: { enabled: false },
      menus: expect.arrayContaining(["tokens", "config", "audit"]),
      rights: expect.arrayContaining(["eventhandling_read", "eventhandling_write", "enrollHOTP", "enrollPUSH"]),
    });
    const user = await details("alice", "alice-demo");
    expect(user.menus).toEqual(["tokens"]);
    expect(user.rights).toContain("enrollTOTP");
    expect(user.rights).not.toContain("eventhandling_read");
    expect(user.rights.every((right: string) => admin.rights.includes(right))).toBe(true);
    const config = await api.call("GET", "/config");
    expect([config.status, config.body.result.value.realms]).toEqual([200, ""]);
    expect((await api.call("GET", "/user/settings")).status).toBe(401);
    const loggedIn = await asAdmin(api);
    expect((await loggedIn.call("GET", "/user/settings")).body.result.value).toEqual({});
    expect((await loggedIn.call("GET", "/auth/rights")).body.result.value).toMatchObject({ hotp: expect.any(String) });
  });
});

describe("a push app", () => {
  it("receives an instruction to poll, and can register a new token of a push service", async () => {
    const { api, admin, domain } = await bareServer();
    const { body } = await admin.call("POST", "/token/init", { type: "push", genkey: 1, user: "alice", pin: "1" });
    const { serial, enrollment_credential, pushurl } = body.detail;
    expect(new URL(pushurl.value).searchParams.get("poll_only")).toBe("True");
    await api.call("POST", "/ttype/push", { serial, enrollment_credential, pubkey: appPublicKey, fbtoken: "" });
    const update = (new_fb_token: string, signed = new_fb_token, at = new Date()) => {
      const timestamp = at.toISOString();
      const signature = appSignature([signed, serial, timestamp]);
      return api.call("POST", "/ttype/push", { serial, new_fb_token, timestamp, signature });
    };
    const at = new Date();
    expect((await update("token-2", "token-2", at)).body.result).toMatchObject({ status: true, value: true });
    expect((await domain.tokens.require(serial)).info).toMatchObject({ firebase_token: "token-2" });
    const refused = [
      await update("token-2", "token-2", at),
      await update("token-3", "token-4"),
      await update("token-3", "token-3", new Date(at.getTime() - 120_000)),
      await update("x".repeat(1_001)),
      await api.call("POST", "/ttype/push", { serial, new_fb_token: "x" }),
    ];
    for (const { status, body: answer } of refused) expect([status, answer.result.error.code]).toEqual([400, 905]);
    expect((await domain.tokens.require(serial)).info).toMatchObject({ firebase_token: "token-2" });
  });
});

describe("the parameter client", () => {
  const clientOf = async (server: Awaited<ReturnType<typeof testServer>>, client: string) => {
    await server.api.call("POST", "/validate/check", { user: "bob", pass: "x", client });
    const admin = await asAdmin(server.api);
    const { auditdata } = (await admin.call("GET", "/audit/?action=*validate/check&page_size=1")).body.result.value;
    return auditdata[0].client;
  };

  it("is used only for configured networks", async () => {
    expect(await clientOf(await testServer(), "203.0.113.9")).toBe("127.0.0.1");
    const config = { overrideAuthorizationClient: ["127.0.0.0/8 > 203.0.113.0/24"] };
    const server = await testServer({ config });
    expect(await clientOf(server, "203.0.113.9")).toBe("203.0.113.9");
    expect(await clientOf(server, "198.51.100.1")).toBe("127.0.0.1");
    expect(await clientOf(server, "nonsense")).toBeNull();
    expect(await clientOf(server, "")).toBe("127.0.0.1");
  });

  it("is used for networks that an administrator sets, which are validated", async () => {
    const server = await testServer();
    const admin = await asAdmin(server.api);
    const set = (OverrideAuthorizationClient: string) =>
      admin.call("POST", "/system/setConfig", { OverrideAuthorizationClient });
    for (const wrong of ["x", "127.0.0.1 > 1 > 2", "10.0.0.0/99"]) {
      const { status, body } = await set(wrong);
      expect([status, body.result.error.code]).toEqual([400, 905]);
    }
    expect((await set("10.0.0.1, 127.0.0.1")).status).toBe(200);
    expect(await clientOf(server, "203.0.113.9")).toBe("203.0.113.9");
  });
});

describe("calls of other clients", () => {
  it("enroll a token without a key, or into a realm without a user", async () => {
    const { admin, domain } = await bareServer();
    const hotp = await admin.call("POST", "/token/init", { type: "hotp", realm: "Partners" });
    expect(hotp.body.detail).toMatchObject({ serial: expect.stringMatching(/^OATH/), otpkey: expect.any(Object) });
    expect(await domain.tokens.require(hotp.body.detail.serial)).toMatchObject({ realms: ["partners"], owner: null });
    const pw = await admin.call("POST", "/token/init", { type: "pw", user: "alice", realm: "corp" });
    expect(pw.body.detail.password).toMatch(/^.{16}$/);
    const wrong = await admin.call("POST", "/token/init", { type: "hotp", realm: "nosuch" });
    expect([wrong.status, wrong.body.result.error.code]).toEqual([400, 904]);
  });

  it("name a service in any letter case", async () => {
    const { api, admin } = await bareServer();
    const { body } = await admin.call("POST", "/token/init", { type: "applspec", service_id: "Mail", user: "alice" });
    const check = async (service_id: string) =>
      (await api.call("POST", "/validate/check", { user: "alice", pass: body.detail.password, service_id })).body
        .result;
    expect((await check("mAIL")).value).toBe(true);
    expect((await check("mail2")).value).toBe(false);
  });

  it("set a description, and set limits by camel-case names", async () => {
    const { api, admin, domain } = await bareServer();
    await domain.tokens.init({ type: "spass", serial: "S1", pin: "1" }, { login: "alice", realm: "corp" });
    expect((await admin.call("POST", "/token/description/S1", { description: "blue" })).body.result.value).toBe(1);
    const limits = { maxFailCount: 3, countAuthMax: "7", countAuthSuccessMax: 5, syncWindow: 20, countWindow: 30 };
    await admin.call("POST", "/token/set/S1", { ...limits, validityPeriodEnd: "2030-01-01T00:00+0000" });
    expect(await domain.tokens.require("S1")).toMatchObject({
      description: "blue",
      maxFailCount: 3,
      syncWindow: 20,
      countWindow: 30,
      info: {
        count_auth_max: "7",
        count_auth_success_max: "5",
        validity_period_end: expect.stringContaining("2030-01-01"),
      },
    });
    const alice = await api.as("alice", "alice-demo");
    expect((await alice.call("POST", "/token/description/S1", { description: "mine" })).body.result.value).toBe(1);
    expect((await alice.call("POST", "/token/set/S1", { countAuthMax: 0 })).status).toBe(403);
    expect((await alice.call("POST", "/token/description/OATH00000002", { description: "x" })).status).toBe(403);
    expect((await admin.call("POST", "/token/description/S1")).status).toBe(400);
  });

  it("delete a list of tokens", async () => {
    const { api, admin, domain } = await bareServer();
    for (const serial of ["D1", "D2", "D3"]) await domain.tokens.init({ type: "spass", serial });
    const { body } = await admin.call("DELETE", "/token/", { serials: ["D1", "NOPE", "D2", "D1"] });
    expect(body.result.value).toEqual({ count_success: 2, failed: ["NOPE"], unauthorized: [] });
    const more = await admin.call("DELETE", "/token?serials=D3,NOPE");
    expect(more.body.result.value).toEqual({ count_success: 1, failed: ["NOPE"], unauthorized: [] });
    expect(await domain.tokens.count({ serial: "D*" })).toBe(0);
    const many = Array.from({ length: 101 }, (_, index) => `M${index}`);
    for (const parameters of [{}, { serials: many }]) {
      expect((await admin.call("DELETE", "/token/", parameters)).body.result.error.code).toBe(905);
    }
    const alice = await api.as("alice", "alice-demo");
    expect((await alice.call("DELETE", "/token/", { serials: ["PISP00000001"] })).status).toBe(403);
    expect(await domain.tokens.find("PISP00000001")).not.toBeNull();
  });

  it("receive the user who was accepted", async () => {
    const { api } = await bareServer();
    const byUser = (await api.call("POST", "/validate/check", { user: "bob", pass: "bob-pin" })).body.detail;
    expect(byUser).toMatchObject({
      user: { username: "bob", givenname: "Bob", email: "bob@demo.example" },
      "user-resolver": "people",
      "user-realm": "corp",
    });
    const bySerial = await api.call("POST", "/validate/check", { serial: "PISP00000001", pass: "bob-pin" });
    expect(bySerial.body.detail.user).toEqual(byUser.user);
    const rejected = (await api.call("POST", "/validate/check", { user: "bob", pass: "x" })).body.detail;
    for (const name of ["user", "user-resolver", "user-realm"]) expect(rejected).not.toHaveProperty(name);
  });
});

it.each([
  ["POST", "/validate/offlinerefill", "offline"],
  ["POST", "/validate/initialize", "passkeys"],
  ["GET", "/policy/", "policies"],
  ["POST", "/policy/mine", "policies"],
])("%s %s returns an error that names the missing feature", async (method, path, what) => {
  const { admin } = await bareServer();
  const { status, body } = await admin.call(method, path);
  expect([status, body.result.error]).toEqual([404, { code: 404, message: expect.stringContaining(what) }]);
});
