import { deepEqual, equal, ok } from "node:assert/strict";
import { AbortCall, failed } from "@bookend/core";
import { type AdapterTest, json, thing, whateverHappened } from "./adapter-server.js";

const teapot = () => Object.assign(new Error("short and stout"), { statusCode: 418, code: "TEAPOT" });

const teapotBody = { statusCode: 418, code: "TEAPOT", error: "I'm a Teapot", message: "short and stout" };

/** Tests that a failed call gets an error response, and that actions see it as failed. */
export const failureTests: readonly AdapterTest[] = [
  ...(
    [
      [
        "throws",
        () => {
          throw teapot();
        },
      ],
      ["rejects", () => Promise.reject(teapot())],
    ] as const
  ).map(
    ([what, handle]): AdapterTest => ({
      name: `if a handler ${what}, the response has the status of its error, and only post actions with a condition on failure run`,
      async run(withServer) {
        const seen: unknown[] = [];
        await withServer(
          {
            routes: [thing(handle)],
            actions: [
              { run: () => void seen.push("of a success") },
              { run: ({ response }) => void seen.push(response?.status, response?.body), conditions: whateverHappened },
            ],
          },
          async ({ fetch, audited, reported }) => {
            const response = await fetch("/thing", json({}));
            deepEqual([response.status, await response.json()], [418, teapotBody]);
            deepEqual(seen, [418, teapotBody]);
            equal(String(reported[0]?.error), "Error: short and stout");
            deepEqual([audited[0]?.success, audited[0]?.info], [false, "Error (TEAPOT)"]);
          },
        );
      },
    }),
  ),
  {
    name: "does not expose an internal error",
    async run(withServer) {
      await withServer(
        { routes: [thing(() => Promise.reject(new Error("the table users is gone")))] },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({}));
          const text = await response.text();
          deepEqual([response.status, text.includes("users")], [500, false]);
        },
      );
    },
  },
  {
    name: "errorResponse creates the response to a failed call, and post actions may change it",
    async run(withServer) {
      await withServer(
        {
          routes: [thing(() => Promise.reject(teapot()))],
          errorResponse: (error) => ({ status: 400, headers: { "x-why": "1" }, body: { why: String(error) } }),
          actions: [
            {
              run: ({ response }) => void Object.assign(response?.body as object, { added: 1 }),
              conditions: whateverHappened,
            },
          ],
        },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({}));
          deepEqual([response.status, response.headers.get("x-why")], [400, "1"]);
          deepEqual(await response.json(), { why: "Error: short and stout", added: 1 });
        },
      );
    },
  },
  {
    name: "a call whose handler threw has failed, whatever its response contains",
    async run(withServer) {
      const ran: string[] = [];
      await withServer(
        {
          routes: [thing(() => Promise.reject(teapot()))],
          errorResponse: () => ({ status: 200, body: { fine: true } }),
          actions: [{ run: () => void ran.push("post of a success") }],
        },
        async ({ fetch, audited }) => {
          equal((await fetch("/thing", json({}))).status, 200);
          deepEqual([ran, audited[0]?.success], [[], false]);
        },
      );
    },
  },
  {
    name: "a pre action aborts the call: the handler does not run",
    async run(withServer) {
      const ran: string[] = [];
      await withServer(
        {
          routes: [thing(() => ({ json: { ran: ran.push("handler") } }))],
          actions: [
            {
              position: "pre",
              run: () => {
                throw new AbortCall("not today", { status: 423 });
              },
            },
          ],
        },
        async ({ fetch, audited }) => {
          const response = await fetch("/thing", json({}));
          const { code } = (await response.json()) as { code: string };
          deepEqual([response.status, code, ran, audited[0]?.success], [423, "CALL_ABORTED", [], false]);
        },
      );
    },
  },
  {
    name: "a post action aborts the call: no part of the handler's response is sent, but headers that other code set are",
    async run(withServer) {
      const headers = [
        ["x-secret", "canary"],
        ["set-cookie", "canary=1"],
        ["set-cookie", "canary=2"],
      ] as const;
      await withServer(
        {
          routes: [thing(() => ({ status: 201, text: "canary", headers }))],
          actions: [{ run: () => failed("on purpose"), abortOnError: true }],
          outerHeaders: { "x-outer": "1" },
        },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({}));
          const all = `${JSON.stringify([...response.headers])} ${await response.text()}`;
          deepEqual([response.status, response.headers.get("x-outer")], [500, "1"]);
          ok(!all.includes("canary"), all);
        },
      );
    },
  },
  {
    name: "headers that were set before the adapter are sent, although actions neither see nor keep them",
    async run(withServer) {
      await withServer(
        {
          routes: [thing(() => ({ json: {} }))],
          actions: [
            {
              run: (call) => {
                call.response = { status: 200, body: { seen: call.response?.headers?.["x-outer"] ?? "nothing" } };
              },
            },
          ],
          outerHeaders: { "x-outer": "1" },
        },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({}));
          deepEqual([response.headers.get("x-outer"), await response.json()], ["1", { seen: "nothing" }]);
        },
      );
    },
  },
  {
    name: "an onCall that throws does not fail the call",
    async run(withServer) {
      await withServer(
        {
          routes: [thing(() => ({ json: { a: 1 } }))],
          onCall: () => {
            throw new Error("the disk is full");
          },
        },
        async ({ fetch }) => deepEqual(await (await fetch("/thing", json({}))).json(), { a: 1 }),
      );
    },
  },
];
