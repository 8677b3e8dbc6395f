import { describe, expect, it } from "vitest";
import { type ApiClient, asAdmin, jsonOf } from "./api-client.js";
import { testServer } from "./test-server.js";

/**
 * Sends a POST request like privacyIDEA's PHP client: a multipart form, and the bare token in the header
 * `authorization`.
 */
async function post(url: string, path: string, fields: Record<string, string>, token?: string) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    body,
    headers: token ? { authorization: token } : {},
  });
  return { status: response.status, body: await jsonOf(response) };
}

describe("privacyIDEA's PHP client", () => {
  it("gets a token: getAuthToken", async () => {
    const { url } = await testServer();
    const { body } = await post(url, "/auth", { username: "admin", password: "bookend-demo" });
    expect(body.result.value.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const claims = JSON.parse(Buffer.from(body.result.value.token.split(".")[1], "base64url").toString());
    expect(claims).toMatchObject({ username: "admin", role: "admin" });
  });

  it("checks a PIN and an OTP: validateCheck", async () => {
    const { url } = await testServer();
    const accepted = await post(url, "/validate/check", { user: "alice", pass: "1234755224", realm: "corp" });
    expect(accepted.body).toMatchObject({
      id: 2,
      jsonrpc: "2.0",
      result: { status: true, value: true, authentication: "ACCEPT" },
      detail: { serial: "OATH00000001", type: "hotp", message: expect.any(String) },
    });
    const rejected = await post(url, "/validate/check", { user: "alice", pass: "1234755224" });
    expect(rejected.body.result).toEqual({ status: true, value: false, authentication: "REJECT" });
    const missing = await post(url, "/validate/check", { pass: "x" });
    expect(missing.status).toBe(400);
    expect(missing.body).toMatchObject({ id: 2, result: { status: false, error: { code: 905 } }, detail: null });
  });

  it("triggers challenges and polls for them: triggerChallenge, pollTransaction", async () => {
    const { url } = await testServer();
    const { body: auth } = await post(url, "/auth", { username: "admin", password: "bookend-demo" });
    const { token } = auth.result.value;
    const triggered = await post(url, "/validate/triggerchallenge", { user: "carol" }, token);
    const { detail, result } = triggered.body;
    expect(result).toEqual({ status: true, value: 1, authentication: "CHALLENGE" });
    expect(detail).toMatchObject({
      transaction_id: expect.stringMatching(/^\d+$/),
      message: expect.any(String),
      messages: [expect.any(String)],
      preferred_client_mode: "interactive",
      multi_challenge: [
        {
          serial: "PIEM00000001",
          type: "email",
          message: expect.any(String),
          transaction_id: detail.transaction_id,
          client_mode: "interactive",
        },
      ],
    });
    const poll = await fetch(`${url}/validate/polltransaction?transaction_id=${detail.transaction_id}&`);
    expect((await jsonOf(poll)).result).toMatchObject({ status: true, value: false });
    const unknown = await fetch(`${url}/validate/polltransaction/1`);
    expect((await jsonOf(unknown)).result).toEqual({ status: true, value: false, authentication: "REJECT" });
    const nobody = await post(url, "/validate/triggerchallenge", { user: "carol" });
    expect([nobody.status, nobody.body.result.error.code]).toEqual([401, 4033]);
  });
});

/** Creates a multipart form with this number of fields with the same name. */
const multipart = (fields: number) =>
  `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(fields)}--x--\r\n`;

describe("parameters", () => {
  const check = async (api: ApiClient, method: string, path: string, parameters?: object, headers = {}) =>
    (await api.call(method, path, parameters, headers)).body.result;

  it("come from the query, a form, a JSON body and the path; a later source overrides an earlier one", async () => {
    const { api, url } = await testServer();
    const accepted = { status: true, value: true, authentication: "ACCEPT" };
    expect(await check(api, "GET", "/validate/check?user=bob&pass=bob-pin")).toEqual(accepted);
    expect(await check(api, "POST", "/validate/check?user=nobody&pass=x", { user: "bob", pass: "bob-pin" })).toEqual(
      accepted,
    );
    const form = await fetch(`${url}/validate/check?pass=x`, {
      method: "POST",
      body: new URLSearchParams({ user: "bob", pass: "bob-pin" }),
    });
    expect((await jsonOf(form)).result).toEqual(accepted);
    const admin = await asAdmin(api);
    const { value } = await check(admin, "POST", "/token/disable/PISP00000001?serial=OATH00000001", { serial: "X" });
    expect(value).toBe(1);
    expect((await check(api, "POST", "/validate/check", { user: "bob", pass: "bob-pin" })).value).toBe(false);
  });

  it("may be missing even if the content type announces a body", async () => {
    const { api } = await testServer();
    const admin = await asAdmin(api);
    const { status } = await admin.call("DELETE", "/token/OATH00000002", undefined, {
      "content-type": "application/json",
    });
    expect(status).toBe(200);
  });

  it.each([
    ["not JSON", "application/json", '{"pass": "x'],
    ["a forbidden name", "application/json", '{"constructor": {"x": 1}}'],
    ["a forbidden name", "application/json", '{"__proto__": {"x": 1}}'],
    ["an unknown media type", "text/csv", "a,b"],
    ["a broken form", "multipart/form-data; boundary=x", "nonsense"],
    ["more than 1,000 fields in a multipart form", "multipart/form-data; boundary=x", multipart(19_000)],
    ["more than 1,000 fields in a form", "application/x-www-form-urlencoded", "a&".repeat(60_000)],
    ["a value of the wrong type", "application/json", '{"user": "bob", "pass": {"x": 1}}'],
  ])("are refused with 905: %s", async (_, type, body) => {
    const { url } = await testServer();
    const response = await fetch(`${url}/validate/check`, { method: "POST", headers: { "content-type": type }, body });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect((await jsonOf(response)).result).toMatchObject({ status: false, error: { code: 905 } });
  });

  it("are ignored on an unknown route", async () => {
    const { api } = await testServer();
    const { status, body } = await api.call("POST", "/token/frobnicate/x/y", { a: 1 });
    expect([status, body.result.error.code]).toEqual([404, 404]);
  });
});

describe("the client's address", () => {
  const clientOf = async (api: ApiClient, headers: Record<string, string>) => {
    await api.call("POST", "/validate/check", { user: "bob", pass: "x" }, headers);
    const admin = await asAdmin(api);
    const { auditdata } = (await admin.call("GET", "/audit/?action=*validate/check")).body.result.value;
    return auditdata[0].client;
  };

  it("is that of the socket, regardless of headers", async () => {
    const { api } = await testServer();
    expect(await clientOf(api, { "x-forwarded-for": "10.9.9.9" })).toBe("127.0.0.1");
  });

  it("is the rightmost one that is not a trusted proxy", async () => {
    const { api } = await testServer({ config: { trustedProxies: ["127.0.0.0/8", "10.1.0.0/16"] } });
    expect(await clientOf(api, { "x-forwarded-for": "6.6.6.6, 192.0.2.7, 10.1.2.3" })).toBe("192.0.2.7");
    expect(await clientOf(api, { "x-forwarded-for": "nonsense" })).toBeNull();
  });
});

it("a user without a token gets one that mails its codes, and logs in with such a code", async () => {
  const { api, domain } = await testServer();
  const frank = { login: "frank", realm: "partners" };
  expect(await domain.tokens.list({ user: frank })).toEqual([]);
  const opened = await api.call("POST", "/validate/check", { user: "frank@partners", pass: "1234" });
  expect(opened.body.result).toEqual({ status: true, value: false, authentication: "CHALLENGE" });
  expect(await domain.tokens.list({ user: frank })).toMatchObject([{ type: "email", info: { dynamic_email: "True" } }]);
  const [mail] = (await api.call("GET", "/demo/mails")).body;
  expect(mail.to).toEqual(["frank@demo.example"]);
  const answered = await api.call("POST", "/validate/check", {
    user: "frank@partners",
    transaction_id: opened.body.detail.transaction_id,
    pass: /\d{6}/.exec(mail.text)?.[0],
  });
  expect(answered.body.result.authentication).toBe("ACCEPT");
  // the user now has a token
  await api.call("POST", "/validate/check", { user: "frank@partners", pass: "1234" });
  expect(await domain.tokens.list({ user: frank })).toHaveLength(1);
});
