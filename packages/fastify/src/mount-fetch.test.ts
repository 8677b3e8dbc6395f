import { expect, test } from "vitest";
import { startServer } from "../test/server.js";
import { type FetchHandler, type MountFetchOptions, mountFetch } from "./index.js";

const seenBy = async (request: Request): Promise<Response> =>
  Response.json(
    { method: request.method, url: request.url, type: request.headers.get("content-type"), body: await request.text() },
    { status: 203, headers: { "x-made": "1" } },
  );

async function mounted(handler: FetchHandler, options?: MountFetchOptions, names: string[] = []) {
  return startServer({
    routes: (app) => mountFetch(app, "/event", handler, options),
    onCall: ({ call, response }) =>
      void names.push(`${call.event} ${response.status} ${JSON.stringify(response.body)}`),
  });
}

test.each(["/event", "/event/", "/event/a/b?c=%20d"])("responds at and below the prefix: %s", async (path) => {
  await using server = await mounted(seenBy, { origin: "https://mfa.example" });
  const response = await server.fetch(path);
  expect(response.status).toBe(203);
  expect(response.headers.get("x-made")).toBe("1");
  expect(await response.json()).toEqual({ method: "GET", url: `https://mfa.example${path}`, type: null, body: "" });
});

test("does not mistake a path that begins with two slashes for another host", async () => {
  await using server = await startServer({
    routes: (app) => mountFetch(app, "/", seenBy, { origin: "https://mfa.example" }),
  });
  const response = await server.fetch("//evil.example/x");
  expect(await response.json()).toMatchObject({ url: "https://mfa.example//evil.example/x" });
});

test.each(["application/json", "application/x-www-form-urlencoded", "text/odd"])(
  "passes a body on unread: %s",
  async (type) => {
    await using server = await mounted(seenBy);
    const body = '{"__proto__": 1, ';
    const response = await server.fetch("/event/x", { method: "POST", headers: { "content-type": type }, body });
    expect(await response.json()).toMatchObject({ method: "POST", type, body });
  },
);

test.each([
  ["without a body", () => new Response(null, { status: 203, headers: { "x-made": "1", "content-length": "4" } })],
  [
    "with a body anyway",
    () => new Response("body", { status: 203, headers: { "x-made": "1", "content-length": "4" } }),
  ],
])("returns status and headers for HEAD from a handler that responds %s", async (_how, handler) => {
  await using server = await mounted(handler);
  for (const path of ["/event", "/event/x"]) {
    const response = await server.fetch(path, { method: "HEAD" });
    expect([response.status, response.headers.get("x-made"), await response.text()]).toEqual([203, "1", ""]);
    expect(response.headers.get("content-length")).toBe("4");
  }
});

test("refuses a body above the limit", async () => {
  await using server = await mounted(seenBy, { bodyLimit: 10 });
  expect((await server.fetch("/event", { method: "POST", body: "x".repeat(10) })).status).toBe(203);
  expect((await server.fetch("/event", { method: "POST", body: "x".repeat(11) })).status).toBe(413);
});

test("audits the calls for which it returns a name, with their parsed responses", async () => {
  const names: string[] = [];
  const audit: MountFetchOptions["audit"] = ({ method }) => (method === "DELETE" ? "event_delete" : undefined);
  await using server = await mounted(() => Response.json({ result: { status: true } }), { audit }, names);
  await server.fetch("/event/1");
  const response = await server.fetch("/event/1", { method: "DELETE" });
  expect(await response.json()).toEqual({ result: { status: true } });
  expect(names).toEqual(['event_delete 200 {"result":{"status":true}}']);
});

test("passes the original request to the handler", async () => {
  await using server = await mounted((_request, { request }) => new Response(request.ip));
  expect(await (await server.fetch("/event")).text()).toBe("127.0.0.1");
});

test("leaves the response to Fastify if the handler throws", async () => {
  await using server = await mounted(() => Promise.reject(Object.assign(new Error("no"), { statusCode: 409 })));
  expect((await server.fetch("/event")).status).toBe(409);
});
