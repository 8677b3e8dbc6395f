import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type CallRequest, createBookend, createCall, memoryAudit, memoryBindings } from "@bookend/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { federation } from "./index.js";

interface Asked {
  method: string | undefined;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  body: unknown;
}

const asked: Asked[] = [];
let answer = { status: 200, body: "{}" };
const accepted = { status: 200, body: '{"result":{"status":true,"value":true},"detail":{"serial":"X1"}}' };

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? "", "http://host");
  asked.push({
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === "" ? undefined : JSON.parse(text),
  });
  response.writeHead(answer.status, { "content-type": "application/json", location: "http://169.254.169.254/" });
  response.end(answer.body);
});
let url = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked.length = 0;
  answer = accepted;
});

async function forwarded(
  options: Record<string, unknown>,
  request: Partial<CallRequest>,
  { path = "", allow = ["127.0.0.1"] } = {},
) {
  const audit = memoryAudit();
  const servers = {
    names: () => ["other"],
    find: (name: string) => (name === "other" ? { url: url + path } : undefined),
  };
  const bookend = createBookend({ handlers: [federation({ servers, allow })], bindings: memoryBindings(), audit });
  await bookend.bindings.add({
    name: "f",
    events: ["validate_check"],
    handler: "Federation",
    action: "forward",
    options: { privacyIDEA: "other", ...options },
    conditions: { result_value: "False" },
  });
  const call = createCall({ event: "validate_check", request: { path: "/validate/check", ...request } });
  const response = await bookend.handle(call, () => ({ status: 200, body: { result: { value: false } } }));
  return { response, call, entry: audit.entries[0], bookend };
}

describe("a forwarded call", () => {
  it("receives the response of the other server, with the server's URL as detail.origin", async () => {
    const { response } = await forwarded({}, { parameters: { user: "alice", pass: "1234" } });
    expect(response).toEqual({
      status: 200,
      body: { result: { status: true, value: true }, detail: { serial: "X1", origin: `${url}/validate/check` } },
    });
    expect(asked).toMatchObject([{ method: "POST", path: "/validate/check", body: { user: "alice", pass: "1234" } }]);
  });

  it.each(["POST", "PUT", "PATCH"])("with the method %s has its parameters in the body", async (method) => {
    await forwarded({}, { method, parameters: { a: 1, b: ["x"] } });
    expect(asked).toMatchObject([{ method, query: {}, body: { a: 1, b: ["x"] } }]);
  });

  it.each(["GET", "DELETE"])("with the method %s has its parameters in the query", async (method) => {
    const { response } = await forwarded({}, { method, parameters: { user: "a&b", n: 1, pass: "s3cret" } });
    expect(asked).toMatchObject([{ method, query: { user: "a&b", n: "1", pass: "s3cret" }, body: undefined }]);
    expect(JSON.stringify(response)).not.toContain("s3cret");
  });

  it("has another realm and resolver, the client and the authorization only if configured, and its own parameters do not change", async () => {
    const request = {
      parameters: { user: "alice", realm: "here" },
      clientIp: "10.9.8.7",
      headers: { authorization: "token", cookie: "c=1" },
    };
    await forwarded({}, request);
    expect(asked[0]?.body).toEqual({ user: "alice", realm: "here" });
    expect(asked[0]?.headers).not.toHaveProperty("pi-authorization");
    const options = { realm: "there", resolver: "r2", forward_client_ip: "True", forward_authorization_token: "1" };
    const { call } = await forwarded(options, request);
    expect(asked[1]?.body).toEqual({ user: "alice", realm: "there", resolver: "r2", client: "10.9.8.7" });
    expect(asked[1]?.headers["pi-authorization"]).toBe("token");
    expect(asked[1]?.headers).not.toHaveProperty("cookie");
    expect(call.request.parameters).toEqual({ user: "alice", realm: "here" });
  });

  it("takes over the status of an error", async () => {
    answer = { status: 400, body: '{"result":{"status":false,"error":{"code":905}},"detail":null}' };
    const { response } = await forwarded({}, {});
    expect(response).toMatchObject({
      status: 400,
      body: { result: { error: { code: 905 } }, detail: { origin: `${url}/validate/check` } },
    });
  });

  it("encodes query values so that a server that decodes them twice gets the original values", async () => {
    const parameters = { pass: "50%25", serial: "a%", description: "%41%%c3%bc + %zz" };
    await forwarded({}, { method: "GET", parameters });
    const { query = {} } = asked[0] ?? {};
    expect(query).toEqual({ pass: "50%2525", serial: "a%", description: "%2541%%25c3%25bc + %zz" });
  });

  it("stays below the path of the server", async () => {
    await forwarded({}, {}, { path: "/pi/" });
    expect(asked).toMatchObject([{ path: "/pi/validate/check" }]);
    for (const path of [
      "/../admin",
      "/token/..",
      "/token/.",
      "/token/%2e%2E",
      "/token/.%2e/x",
      "/token/a%2Fb",
      "/token\\..",
      "/a?b=c",
      "x",
    ]) {
      await expect(forwarded({}, { path }, { path: "/pi" }), path).rejects.toMatchObject({ code: "CALL_ABORTED" });
    }
    expect(asked).toHaveLength(1);
  });
});

describe("a call that was forwarded before", () => {
  it("contains the number of times it was forwarded, and is not forwarded a fourth time, so that servers cannot form a loop", async () => {
    await forwarded({}, {});
    await forwarded({}, { headers: { "bookend-hops": "2" } });
    expect(asked.map(({ headers }) => headers["bookend-hops"])).toEqual(["1", "3"]);
    for (const hops of ["3", "99", "many", "-200", "-1", "1.5", "1e0", "0x1", "", " 1", "1, 2", "2.0"]) {
      await expect(forwarded({}, { headers: { "bookend-hops": hops } })).rejects.toMatchObject({
        code: "CALL_ABORTED",
      });
    }
    expect(asked).toHaveLength(2);
  });
});

describe("a failure", () => {
  it.each([
    ["an unknown server", { privacyIDEA: "nobody" }, {}, {}, accepted],
    ["an address that is refused", {}, {}, { allow: [] }, accepted],
    ["a response that is not JSON", {}, {}, {}, { status: 200, body: "<html>" }],
    ["a redirect, which is not followed", {}, {}, {}, { status: 302, body: "" }],
    ["a method that is not forwarded", {}, { method: "OPTIONS" }, {}, accepted],
  ])("caused by %s aborts the call by default", async (_, options, request, host, given) => {
    answer = given;
    await expect(forwarded(options, request, host)).rejects.toMatchObject({ code: "CALL_ABORTED" });
  });
});

describe("checking a binding", () => {
  it("warns about a server that does not exist, and refuses the position pre", async () => {
    const { bookend } = await forwarded({}, {});
    const binding = { name: "checked", events: ["validate_check"], handler: "Federation", action: "forward" };
    expect(await bookend.check({ ...binding, options: { privacyIDEA: "othr" } })).toMatchObject([
      { severity: "warning", code: "UNKNOWN_CHOICE", field: "options.privacyIDEA", allowed: "other" },
    ]);
    expect(await bookend.check({ ...binding, position: "pre", options: { privacyIDEA: "other" } })).toMatchObject([
      { code: "POSITION_NOT_ALLOWED" },
    ]);
  });
});
