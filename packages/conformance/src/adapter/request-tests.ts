import { deepEqual, equal } from "node:assert/strict";
import type { Call } from "@bookend/core";
import { type AdapterTest, json, type TestServerOptions, thing, whateverHappened } from "./adapter-server.js";

const form = (body: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body,
});

/** Returns a request whose JSON body is streamed, and which therefore has no Content-Length. */
const streamed = (value: string): RequestInit => {
  const body = new Blob([JSON.stringify({ a: value })]).stream();
  const init: RequestInit & { readonly duplex: "half" } = { ...json({}), body, duplex: "half" };
  return init;
};

/** Creates a test that expects a request to be refused with a status before any action runs. */
function refuses(
  name: string,
  status: number,
  request: [string, RequestInit | (() => RequestInit)],
  more: Partial<TestServerOptions> = {},
) {
  return {
    name: `${name} is refused with ${status}: no action and no handler runs`,
    async run(withServer) {
      const ran: string[] = [];
      const handle = () => ({ json: { ran: ran.push("handler") } });
      await withServer(
        {
          routes: [thing(handle), thing(handle, { method: "GET" })],
          actions: [
            { position: "pre", run: () => void ran.push("pre") },
            { run: () => void ran.push("post"), conditions: whateverHappened },
          ],
          ...more,
        },
        async ({ fetch }) => {
          const [path, init] = request;
          equal((await fetch(path, typeof init === "function" ? init() : init)).status, status);
          deepEqual(ran, []);
        },
      );
    },
  } satisfies AdapterTest;
}

/** Creates a test of the client address of a call. */
function address(forwarded: string | undefined, trustedProxies: readonly string[], expected: string | undefined) {
  return {
    name: `the client of X-Forwarded-For ${forwarded ?? "absent"} with the trusted proxies [${trustedProxies}] is ${expected ?? "unknown"}`,
    async run(withServer) {
      await withServer({ routes: [thing(() => ({ json: {} }))], trustedProxies }, async ({ fetch, reported }) => {
        await fetch("/thing", json({}, forwarded === undefined ? {} : { "x-forwarded-for": forwarded }));
        equal(reported[0]?.call.request.clientIp, expected);
      });
    },
  } satisfies AdapterTest;
}

const set = (name: string, value: unknown) => ({
  position: "pre" as const,
  run: (call: Call) => {
    call.request.parameters[name] = value;
  },
});

/** Returns whether a body has a short name, which some routes of these tests require. */
const hasShortName = (body: unknown) => {
  const { name } = (body ?? {}) as { readonly name?: unknown };
  return typeof name === "string" && name.length <= 5;
};

/** Tests that a call contains its request, and that changes made by actions reach the handler. */
export const requestTests: readonly AdapterTest[] = [
  {
    name: "parameters come from the query, the JSON body and the path; a later one replaces an earlier one",
    async run(withServer) {
      await withServer(
        { routes: [thing(() => ({ json: {} }), { path: "/thing/:id" })] },
        async ({ fetch, reported }) => {
          await fetch("/thing/7?q=1&b=lost&id=lost", json({ b: { deep: [1, null] }, id: "lost" }));
          const { request } = reported[0]?.call ?? {};
          deepEqual({ ...request?.parameters }, { q: "1", b: { deep: [1, null] }, id: "7" });
          deepEqual([request?.method, request?.path], ["POST", "/thing/7"]);
        },
      );
    },
  },
  {
    name: "parameters come from a form",
    async run(withServer) {
      await withServer({ routes: [thing(() => ({ json: {} }))] }, async ({ fetch, reported }) => {
        await fetch("/thing?c=3", form("a=1+2&b=%C3%A4"));
        deepEqual({ ...reported[0]?.call.request.parameters }, { a: "1 2", b: "ä", c: "3" });
      });
    },
  },
  {
    name: "the header names of a request are in lower case",
    async run(withServer) {
      await withServer({ routes: [thing(() => ({ json: {} }))] }, async ({ fetch, reported }) => {
        await fetch("/thing", json({}, { "X-Thing": "Yes" }));
        equal(reported[0]?.call.request.headers["x-thing"], "Yes");
      });
    },
  },
  {
    name: "secrets of the path do not appear in the audit log",
    async run(withServer) {
      const route = thing(() => ({ json: {} }), { path: "/thing/:otp", secrets: ["otp"] });
      await withServer({ routes: [route] }, async ({ fetch, audited }) => {
        await fetch("/thing/123456", json({}));
        equal(audited[0]?.action, "POST /thing/<otp>");
      });
    },
  },
  ...["__proto__", "constructor", "prototype"].flatMap((name) => [
    refuses(`the name ${name} in the query`, 400, [`/thing?${name}=1`, json({})]),
    refuses(`the name ${name} in a JSON body`, 400, ["/thing", { ...json({}), body: `{"${name}":{"x":1}}` }]),
    refuses(`the name ${name} deep in a JSON body`, 400, ["/thing", { ...json({}), body: `{"a":[{"${name}":1}]}` }]),
  ]),
  refuses("a name that occurs twice in the query", 400, ["/thing?a=1&a=2", json({})]),
  refuses("a name that occurs twice in a form", 400, ["/thing", form("a=1&a=2")]),
  {
    name: "a name may occur more than once if the route accepts lists",
    async run(withServer) {
      await withServer({ routes: [thing(() => ({ json: {} }), { lists: ["a"] })] }, async ({ fetch, reported }) => {
        equal((await fetch("/thing?a=1&a=2", json({}))).status, 200);
        deepEqual(reported[0]?.call.request.parameters.a, ["1", "2"]);
      });
    },
  },
  refuses("malformed JSON", 400, ["/thing", { ...json({}), body: '{"a":' }]),
  refuses("a body beyond the limit", 413, ["/thing", json({ a: "x".repeat(100_000) })]),
  refuses("a body beyond the limit without a Content-Length", 413, ["/thing", () => streamed("x".repeat(100_000))]),
  refuses("JSON with too many values", 413, ["/thing", json({ a: [1, 2, 3, 4, 5] })], { limits: { values: 4 } }),
  refuses("a query with too many fields", 413, ["/thing?a=1&b=2&c=3", json({})], { limits: { fields: 2 } }),
  {
    name: "a body within the limit is accepted",
    async run(withServer) {
      await withServer({ routes: [thing(() => ({ json: {} }))] }, async ({ fetch }) => {
        equal((await fetch("/thing", json({ a: "x".repeat(60_000) }))).status, 200);
      });
    },
  },
  address(undefined, [], "127.0.0.1"),
  address("203.0.113.9", [], "127.0.0.1"),
  address("203.0.113.9", ["127.0.0.0/8"], "203.0.113.9"),
  address("198.51.100.7, 203.0.113.9:4711, 10.0.0.2", ["127.0.0.1", "10.0.0.0/8"], "203.0.113.9"),
  address("unknown", ["127.0.0.1"], undefined),
  {
    name: "the handler sees changes by pre actions in the body, the query, the path and the call",
    async run(withServer) {
      const route = thing(
        ({ body, query, params, call }) => ({
          json: { body, query: { ...query }, params: { ...params }, parameters: call.request.parameters },
        }),
        { path: "/thing/:id" },
      );
      const actions = [set("id", "8"), set("q", "new"), set("b", "new"), set("fresh", 1)];
      await withServer({ routes: [route], actions }, async ({ fetch }) => {
        const response = await fetch("/thing/7?q=old&kept=1", json({ b: "old", also: true }));
        deepEqual(await response.json(), {
          body: { b: "new", also: true, fresh: 1 },
          query: { q: "new", kept: "1" },
          params: { id: "8" },
          parameters: { q: "new", kept: "1", b: "new", also: true, id: "8", fresh: 1 },
        });
      });
    },
  },
  {
    name: "the handler sees changes by pre actions deep in the body, and fields that they removed",
    async run(withServer) {
      const change = ({ request }: Call) => {
        (request.parameters.a as { b: unknown[] }).b.push("new");
        delete request.parameters.gone;
      };
      await withServer(
        { routes: [thing(({ body }) => ({ json: body }))], actions: [{ position: "pre", run: change }] },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({ a: { b: ["old"] }, gone: 1 }));
          deepEqual(await response.json(), { a: { b: ["old", "new"] } });
        },
      );
    },
  },
  {
    name: "the handler sees changes by pre actions in a form",
    async run(withServer) {
      await withServer(
        { routes: [thing(({ body }) => ({ json: body }))], actions: [set("a", "new"), set("c", "fresh")] },
        async ({ fetch }) => {
          deepEqual(await (await fetch("/thing", form("a=old&b=kept"))).json(), { a: "new", b: "kept", c: "fresh" });
        },
      );
    },
  },
  {
    name: "the handler can read a body that no action changed",
    async run(withServer) {
      await withServer({ routes: [thing(({ body }) => ({ json: body }))] }, async ({ fetch }) => {
        deepEqual(await (await fetch("/thing", json({ a: [{ b: "ä" }] }))).json(), { a: [{ b: "ä" }] });
      });
    },
  },
  {
    name: "validation happens after pre actions, which can complete a request",
    async run(withServer) {
      const routes = [thing(({ body }) => ({ json: body }), { isValid: hasShortName })];
      await withServer({ routes, actions: [set("name", "alice")] }, async ({ fetch }) => {
        const response = await fetch("/thing", json({}));
        deepEqual([response.status, await response.json()], [200, { name: "alice" }]);
      });
    },
  },
  {
    name: "validation checks the changes of pre actions; if it refuses them, the call has failed with 400, and post actions with a condition on this status run",
    async run(withServer) {
      const ran: unknown[] = [];
      await withServer(
        {
          routes: [thing(() => ({ json: { ran: ran.push("handler") } }), { isValid: hasShortName })],
          actions: [
            set("name", "far too long"),
            { run: () => void ran.push("post of a success") },
            { run: ({ response }) => void ran.push(response?.status), conditions: { http_status: "400" } },
          ],
        },
        async ({ fetch, audited }) => {
          equal((await fetch("/thing", json({ name: "bob" }))).status, 400);
          deepEqual([ran, audited[0]?.success], [[400], false]);
        },
      );
    },
  },
  {
    name: "if a pre action adds a parameter with a name that clients must not send, the call is refused with 400",
    async run(withServer) {
      await withServer(
        { routes: [thing(({ body }) => ({ json: body }))], actions: [set("constructor", "x")] },
        async ({ fetch }) => {
          equal((await fetch("/thing", json({}))).status, 400);
        },
      );
    },
  },
];
