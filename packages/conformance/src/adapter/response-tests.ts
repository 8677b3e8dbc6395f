import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import type { Call, CallResponse } from "@bookend/core";
import { type AdapterTest, json, thing } from "./adapter-server.js";
import type { HandlerAnswer } from "./adapter-subject.js";

const cookies = [
  ["set-cookie", "a=1; Path=/"],
  ["set-cookie", "b=2"],
] as const;

/** Creates a test of a handler's response, which a post action changes if `change` is given. */
function answered(
  name: string,
  answer: HandlerAnswer,
  change: ((call: Call) => void) | undefined,
  check: (response: Response, text: string, seen: CallResponse | undefined) => void,
): AdapterTest {
  return {
    name,
    async run(withServer) {
      let seen: CallResponse | undefined;
      const look = ({ response }: Call) => {
        seen = response && { ...response, headers: { ...response.headers } };
      };
      const actions = [{ run: look }, ...(change ? [{ run: change }] : [])];
      await withServer({ routes: [thing(() => answer)], actions }, async ({ fetch }) => {
        const response = await fetch("/thing", json({}));
        const text = await response.text();
        const length = response.headers.get("content-length");
        if (length !== null) equal(Number(length), new TextEncoder().encode(text).byteLength, "content-length");
        check(response, text, seen);
      });
    },
  };
}

const changeBody = ({ response }: Call) => {
  Object.assign(response?.body as object, { added: "ä much longer value than before" });
};

/**
 * Tests that post actions see the response of the handler and can change it, and that unchanged parts are sent as they
 * are.
 */
export const responseTests: readonly AdapterTest[] = [
  answered(
    "post actions see status, headers and JSON body; what they do not change is sent unchanged",
    { status: 201, headers: [["x-own", "1"]], json: { a: ["ä"] } },
    undefined,
    (response, text, seen) => {
      deepEqual([seen?.status, seen?.body, seen?.headers?.["x-own"]], [201, { a: ["ä"] }, "1"]);
      deepEqual([response.status, JSON.parse(text), response.headers.get("x-own")], [201, { a: ["ä"] }, "1"]);
      ok(response.headers.get("content-type")?.startsWith("application/json"));
    },
  ),
  answered("a change of the body by a post action is sent", { json: { a: 1 } }, changeBody, (response, text) => {
    deepEqual([response.status, JSON.parse(text)], [200, { a: 1, added: "ä much longer value than before" }]);
  }),
  answered(
    "a body that a post action changed is sent without the previous ETag",
    { json: { a: 1 }, headers: [["etag", '"1"']] },
    changeBody,
    (response) => notEqual(response.headers.get("etag"), '"1"'),
  ),
  answered(
    "a post action changes status and headers",
    { json: {}, headers: [["x-own", "1"]] },
    ({ response }) => {
      if (!response) return;
      response.status = 202;
      response.headers = { ...response.headers, "X-New": "2", "x-own": "3" };
    },
    (response) => {
      const names = ["x-own", "x-new"].map((name) => response.headers.get(name));
      deepEqual([response.status, names], [202, ["3", "2"]]);
    },
  ),
  answered(
    "a post action removes a header of the handler",
    { json: {}, headers: [["x-own", "1"]] },
    ({ response }) => {
      if (response) response.headers = { "content-type": "application/json" };
    },
    (response) => equal(response.headers.get("x-own"), null),
  ),
  answered(
    "a post action replaces the response as a whole",
    { text: "text", headers: [["x-own", "1"]] },
    (call) => {
      call.response = { status: 418, headers: { "x-new": "1" }, body: { tea: true } };
    },
    (response, text) => {
      deepEqual([response.status, JSON.parse(text)], [418, { tea: true }]);
      deepEqual([response.headers.get("x-own"), response.headers.get("x-new")], [null, "1"]);
      ok(response.headers.get("content-type")?.startsWith("application/json"));
    },
  ),
  answered("several cookies are sent separately", { json: {}, headers: cookies }, undefined, (response) => {
    deepEqual(response.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
  }),
  answered("several cookies are sent with a changed body", { json: {}, headers: cookies }, changeBody, (response) => {
    deepEqual(response.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
  }),
  answered("a string is sent unchanged", { text: "täxt" }, undefined, (response, text) => {
    deepEqual([response.status, text], [200, "täxt"]);
  }),
  answered("a response without a body is sent without one", { status: 204 }, undefined, (response, text, seen) => {
    deepEqual([response.status, text, seen?.status, seen?.body], [204, "", 204, undefined]);
  }),
  answered(
    "a 304 response is sent with its ETag and without a body",
    { status: 304, headers: [["etag", '"1"']] },
    undefined,
    (response, text) => {
      deepEqual([response.status, text, response.headers.get("etag")], [304, "", '"1"']);
    },
  ),
  answered(
    "a redirect is sent unchanged, and post actions see its location",
    { status: 302, headers: [["location", "/elsewhere"]] },
    undefined,
    (response, _, seen) => {
      deepEqual([response.status, response.headers.get("location")], [302, "/elsewhere"]);
      equal(seen?.headers?.location, "/elsewhere");
    },
  ),
  answered(
    "if a post action changes the status to 204, the body is not sent",
    { json: { a: 1 } },
    ({ response }) => {
      if (response) response.status = 204;
    },
    (response, text) => deepEqual([response.status, text], [204, ""]),
  ),
  answered(
    "if a post action leaves a response that cannot be sent, the handler's response is sent",
    { json: { a: 1 } },
    (call) => {
      call.response = { status: 200, headers: { "x-bad": "a\r\nset-cookie: stolen=1" }, body: {} };
    },
    (response, text) => deepEqual([JSON.parse(text), response.headers.getSetCookie()], [{ a: 1 }, []]),
  ),
  answered(
    "a post action cannot change content-length or transfer-encoding",
    { json: { a: 1 } },
    ({ response }) => {
      if (response) response.headers = { ...response.headers, "content-length": "3", "transfer-encoding": "gzip" };
    },
    (_, text) => deepEqual(JSON.parse(text), { a: 1 }),
  ),
  {
    name: "bytes are sent unchanged",
    async run(withServer) {
      const bytes = new Uint8Array([0, 255, 128, 10, 13]);
      await withServer(
        { routes: [thing(() => ({ bytes }))], actions: [{ run: () => undefined }] },
        async ({ fetch }) => {
          const sent = new Uint8Array(await (await fetch("/thing", json({}))).arrayBuffer());
          deepEqual([...sent], [...bytes]);
        },
      );
    },
  },
  {
    name: "HEAD raises the event of its GET route, and has a response without a body",
    async run(withServer) {
      const routes = [thing(() => ({ json: { a: 1 }, headers: [["x-own", "1"]] }), { method: "GET" })];
      await withServer({ routes, actions: [{ run: () => undefined }] }, async ({ fetch, reported }) => {
        const response = await fetch("/thing", { method: "HEAD" });
        deepEqual([response.status, response.headers.get("x-own"), await response.text()], [200, "1", ""]);
        deepEqual([reported.length, reported[0]?.call.request.method], [1, "HEAD"]);
      });
    },
  },
  {
    name: "an OPTIONS request raises the event of its OPTIONS route",
    async run(withServer) {
      const routes = [thing(() => ({ status: 204, headers: [["allow", "GET"]] }), { method: "OPTIONS" })];
      await withServer({ routes }, async ({ fetch, reported }) => {
        const response = await fetch("/thing", { method: "OPTIONS" });
        deepEqual([response.status, response.headers.get("allow"), reported.length], [204, "GET", 1]);
      });
    },
  },
];
