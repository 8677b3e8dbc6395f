import { appPublicKey, appSignature } from "@bookend/test-kit/push-app";
import { describe, expect, it } from "vitest";
import type { Answer, ApiClient } from "./api-client.js";
import { bareServer } from "./bare-server.js";

/** Enrolls a push token: creates it as the administrator, and completes it as the app on a smartphone. */
async function enrolPush(admin: ApiClient, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { body } = await admin.call("POST", "/token/init", { type: "push", genkey: "1", ...parameters });
  const { serial, enrollment_credential, pushurl, rollout_state } = body.detail;
  expect([rollout_state, new URL(pushurl.value).searchParams.get("url")]).toEqual([
    "clientwait",
    "http://mfa.example/ttype/push",
  ]);
  const step = { serial, enrollment_credential, pubkey: appPublicKey, fbtoken: "" };
  // apps post forms without a login
  const response = await fetch(`${admin.url}/ttype/push`, { method: "POST", body: new URLSearchParams(step) });
  expect(await response.json()).toMatchObject({
    id: 1,
    result: { status: true, value: true },
    detail: { serial, public_key: expect.any(String), rollout_state: "enrolled" },
  });
  return serial;
}

/** Polls as the app. Returns the open challenges of the token. */
async function pollPush(api: ApiClient, serial: string) {
  const timestamp = new Date().toISOString();
  const query = new URLSearchParams({ serial, timestamp, signature: appSignature([serial, timestamp]) });
  const { status, body } = await api.call("GET", `/ttype/push?${query}`);
  expect(status).toBe(200);
  return body.result.value;
}

/** Accepts or declines a challenge as the app. */
const answerPush = (api: ApiClient, serial: string, nonce: string, decline = false) =>
  api.call("POST", "/ttype/push", {
    serial,
    nonce,
    signature: appSignature([nonce, serial, ...(decline ? ["decline"] : [])]),
    ...(decline && { decline: "1" }),
  });

describe("a declined push", () => {
  const declined = { position: "post", conditions: { challenge_session: "challenge_declined" } } as const;

  it("can be counted, and disable the token, by bindings of ttype", async () => {
    const { api, admin, bind, domain, store } = await bareServer();
    const event = { ...declined, event: "ttype" };
    await bind({ ...event, handlermodule: "Token", action: "disable" });
    await bind({ ...event, handlermodule: "Token", action: "increase tokeninfo", options: { key: "declined" } });
    const counter = { counter_name: "declined pushes" };
    await bind({ ...event, handlermodule: "Counter", action: "increase_counter", options: counter });
    const serial = await enrolPush(admin, { user: "alice", pin: "push-pin" });
    const state = async () => {
      const { active, info } = await domain.tokens.require(serial);
      return { active, declined: info.declined, counted: await store.counters.value("declined pushes") };
    };

    const open = async () => (await api.call("POST", "/validate/check", { user: "alice", pass: "push-pin" })).body;
    const first = await open();
    const [request] = await pollPush(api, serial);
    expect((await answerPush(api, serial, request.nonce)).body.result).toEqual({ status: true, value: true });
    const finish = (transaction_id: string) =>
      api.call("POST", "/validate/check", { user: "alice", pass: "", transaction_id });
    expect((await finish(first.detail.transaction_id)).body.result.authentication).toBe("ACCEPT");
    expect(await state()).toEqual({ active: true, declined: undefined, counted: null });

    const second = await open();
    const [other] = await pollPush(api, serial);
    expect((await answerPush(api, serial, other.nonce, true)).body.result).toEqual({ status: true, value: true });
    expect(await state()).toEqual({ active: false, declined: "1", counted: 1 });
    expect((await finish(second.detail.transaction_id)).body).toMatchObject({
      result: { status: true, value: false, authentication: "DECLINED" },
      detail: { serial },
    });
    expect((await open()).result.authentication).toBe("REJECT");
    expect((await answerPush(api, serial, other.nonce, true)).body.result.value).toBe(false);
  });

  it.each([
    ["validate_check", "POST", "/validate/check"],
    ["validate_poll_transaction", "GET", "/validate/polltransaction"],
  ])("can disable the token by a binding of %s", async (event, method, path) => {
    const { api, admin, bind, domain } = await bareServer();
    await bind({ ...declined, event, handlermodule: "Token", action: "disable" });
    const serial = await enrolPush(admin, { user: "alice" });
    const { body } = await admin.call("POST", "/validate/triggerchallenge", { user: "alice", serial });
    const call = async () => {
      const parameters = { user: "alice", pass: "", transaction_id: body.detail.transaction_id };
      if (method === "POST") return (await api.call(method, path, parameters)).body.result.authentication;
      return (await api.call(method, `${path}/${parameters.transaction_id}`)).body.result.authentication;
    };
    await call();
    expect((await domain.tokens.require(serial)).active).toBe(true);
    const [{ nonce }] = await pollPush(api, serial);
    await answerPush(api, serial, nonce, true);
    expect((await domain.tokens.require(serial)).active).toBe(true);
    expect(await call()).toBe("DECLINED");
    expect((await domain.tokens.require(serial)).active).toBe(false);
  });
});

it("privacyIDEA's PHP client waits for a push: triggerChallenge, pollTransaction, validateCheck", async () => {
  const { api, admin, url } = await bareServer();
  const serial = await enrolPush(admin, { user: "alice" });
  const post = async (path: string, fields: Record<string, string>, token?: string): Promise<Answer["body"]> => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const headers = token === undefined ? {} : { authorization: token };
    return (await fetch(`${url}${path}`, { method: "POST", body, headers })).json();
  };
  const auth = await post("/auth", { username: "admin", password: "bookend-demo" });
  const triggered = await post("/validate/triggerchallenge", { user: "alice", serial }, auth.result.value.token);
  const { transaction_id } = triggered.detail;
  expect(triggered).toMatchObject({
    id: 2,
    result: { status: true, value: 1, authentication: "CHALLENGE" },
    detail: {
      preferred_client_mode: "poll",
      client_mode: "poll",
      serial,
      type: "push",
      multi_challenge: [{ serial, type: "push", client_mode: "poll", transaction_id, image: "", attributes: null }],
    },
  });
  const poll = async () => {
    const { result, detail } = (await api.call("GET", `/validate/polltransaction?transaction_id=${transaction_id}&`))
      .body;
    return { ...result, ...detail };
  };
  const open = { status: true, value: false, authentication: "CHALLENGE", challenge_status: "pending" };
  expect(await poll()).toEqual(open);
  const [request] = await pollPush(api, serial);
  expect(request).toEqual({
    nonce: expect.stringMatching(/^[0-9A-F]{40}$/),
    question: expect.any(String),
    serial,
    title: "Bookend",
    sslverify: "1",
    url: "http://mfa.example/ttype/push",
    signature: expect.stringMatching(/^[A-Z2-7=]+$/),
  });
  await answerPush(api, serial, request.nonce);
  const accepted = { status: true, value: true, authentication: "ACCEPT" };
  expect(await poll()).toEqual({ ...accepted, challenge_status: "accept" });
  const { result } = await post("/validate/check", { user: "alice", pass: "", transaction_id });
  expect(result).toEqual(accepted);

  const wrong = await post("/ttype/push", { serial, nonce: request.nonce, signature: "AAAA" });
  expect(wrong).toMatchObject({ result: { status: false, error: { code: 905 } }, detail: null });
  const unknown = await post("/ttype/hotp", { serial });
  expect(unknown.result.error.code).toBe(905);
  const credentials = await post("/auth", { username: "admin", password: "x" });
  expect(credentials.result.error.code).toBe(4031);
});

it("a binding enrolls a new paper token for the user of one that is nearly used up", async () => {
  const { api, admin, bind, domain } = await bareServer();
  await bind({
    event: "validate_check",
    position: "post",
    handlermodule: "Token",
    action: "enroll",
    conditions: { tokentype: "paper", result_value: "True", otp_counter: ">3", user_token_number: "1" },
    options: { tokentype: "paper", user: "True" },
  });
  const zoe = { user: "zoe", resolver: "people", password: "1" };
  await admin.call("POST", "/user/", zoe);
  const { detail } = (await admin.call("POST", "/token/init", { type: "paper", user: "zoe", papertoken_count: "5" }))
    .body;
  const papers = async () => domain.tokens.list({ user: { login: "zoe", realm: "corp" }, type: "paper" });
  for (const number of [0, 1, 2, 3, 4]) {
    const { body } = await api.call("POST", "/validate/check", { user: "zoe", pass: detail.otps[number] });
    expect([number, body.result.value, (await papers()).length]).toEqual([number, true, number < 3 ? 1 : 2]);
  }
  const [fresh] = (await papers()).filter(({ serial }) => serial !== detail.serial);
  expect(fresh).toMatchObject({ type: "paper", otpCounter: 0, owner: { login: "zoe" } });
});

it("an orphaned token is reported if nobody has used it for 180 days", async () => {
  const { admin, bind, mails } = await bareServer();
  await bind({
    event: "token_list",
    position: "post",
    handlermodule: "UserNotification",
    action: "sendmail",
    conditions: { token_is_orphaned: "True", last_auth: "180d" },
    options: {
      emailconfig: "demo",
      To: "internal admin",
      "To internal admin": "admin",
      subject: "{serial} is an orphan",
      body: "x",
    },
  });
  await admin.call("POST", "/user/", { user: "zoe", resolver: "people", password: "1" });
  await admin.call("POST", "/token/init", { type: "spass", pin: "zoe-pin", serial: "ORPHAN", user: "zoe" });
  const { body } = await admin.call("POST", "/validate/check", { user: "zoe", pass: "zoe-pin" });
  expect(body.result.value).toBe(true);
  const look = async () => {
    await admin.call("GET", "/token/?serial=ORPHAN");
    return (await mails()).map(({ subject }) => subject);
  };
  const usedDaysAgo = (days: number) =>
    admin.call("POST", "/token/info/ORPHAN/last_auth", {
      value: new Date(Date.now() - days * 86_400_000).toISOString(),
    });
  await usedDaysAgo(181);
  expect(await look()).toEqual([]);
  await admin.call("DELETE", "/user/people/zoe");
  expect(await look()).toEqual(["ORPHAN is an orphan"]);
  await usedDaysAgo(179);
  expect(await look()).toHaveLength(1);
});

it("a HOTP key is generated in two steps, and an application-specific password works only for its application", async () => {
  const { api, admin } = await bareServer();
  const first = await admin.call("POST", "/token/init", { type: "hotp", "2stepinit": "1", genkey: "1", user: "alice" });
  expect(first.body.detail).toMatchObject({ rollout_state: "clientwait", serial: expect.stringMatching(/^OATH/) });
  const second = await admin.call("POST", "/token/init", {
    type: "hotp",
    serial: first.body.detail.serial,
    otpkey: "0011223344556677",
  });
  expect(second.body.detail).toEqual({ serial: first.body.detail.serial, rollout_state: "enrolled" });

  const { detail } = (
    await admin.call("POST", "/token/init", { type: "applspec", service_id: "imap", user: "bob", genkey: "1" })
  ).body;
  const check = async (service_id: string) =>
    (await api.call("POST", "/validate/check", { user: "bob", pass: detail.password, service_id })).body.result.value;
  expect([await check("imap"), await check("smtp")]).toEqual([true, false]);
});
