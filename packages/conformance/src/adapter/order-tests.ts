import { deepEqual, equal, ok } from "node:assert/strict";
import { type AdapterTest, json, thing, whateverHappened } from "./adapter-server.js";

const failure = (message: string, fields: object) => Object.assign(new Error(message), fields);

/** Tests the order of the steps of a call. */
export const orderTests: readonly AdapterTest[] = [
  {
    name: "authorize, pre actions, authorize again, the handler, post actions, the audit log and onCall run in this order",
    async run(withServer) {
      const order: string[] = [];
      const note = (what: string) => () => void order.push(what);
      await withServer(
        {
          routes: [
            thing(async () => {
              await Promise.resolve();
              order.push("handler");
              return { json: {} };
            }),
          ],
          actions: [
            { position: "pre", run: note("pre 1") },
            { position: "pre", run: note("pre 2") },
            { run: note("post 1") },
            { run: note("post 2") },
          ],
          authorize: () => order.push("authorize") > 0,
          auditEntry: () => void order.push("audit"),
          onCall: note("onCall"),
        },
        async ({ fetch }) => {
          equal((await fetch("/thing", json({}))).status, 200);
          const expected = [
            "authorize",
            "pre 1",
            "pre 2",
            "authorize",
            "handler",
            "post 1",
            "post 2",
            "audit",
            "onCall",
          ];
          deepEqual(order, expected);
        },
      );
    },
  },
  ...(
    [
      ["returns false", () => false, 403],
      ["rejects", () => Promise.reject(failure("log in", { statusCode: 401 })), 401],
      ["returns a string", () => "yes" as unknown as boolean, 403],
    ] as const
  ).map(
    ([what, authorize, status]): AdapterTest => ({
      name: `if authorize ${what}, the call is refused: neither an action nor the handler runs, and the audit log contains the call`,
      async run(withServer) {
        const ran: string[] = [];
        await withServer(
          {
            routes: [thing(() => ({ json: { ran: ran.push("handler") } }))],
            actions: [
              { position: "pre", run: () => void ran.push("pre") },
              { run: () => void ran.push("post"), conditions: whateverHappened },
            ],
            authorize,
          },
          async ({ fetch, reported, audited }) => {
            const response = await fetch("/thing", json({}));
            equal(response.status, status);
            equal(((await response.json()) as { statusCode: number }).statusCode, status);
            deepEqual(ran, []);
            deepEqual([reported[0]?.raised, reported[0]?.refused], [false, true]);
            deepEqual([audited.length, audited[0]?.success], [1, false]);
          },
        );
      },
    }),
  ),
  {
    name: "authorize runs again after pre actions changed the call",
    async run(withServer) {
      const ran: string[] = [];
      await withServer(
        {
          routes: [thing(() => ({ json: { ran: ran.push("handler") } }))],
          actions: [
            {
              position: "pre",
              run: (call) => {
                call.request.parameters.of = "bob";
              },
            },
            { run: () => void ran.push("post"), conditions: whateverHappened },
          ],
          authorize: ({ request }) => request.parameters.of === "alice",
        },
        async ({ fetch, reported }) => {
          equal((await fetch("/thing", json({ of: "alice" }))).status, 403);
          deepEqual([ran, reported[0]?.raised, reported[0]?.refused], [[], true, true]);
        },
      );
    },
  },
  {
    name: "after an error that isRefusal recognizes, no post actions run",
    async run(withServer) {
      const ran: string[] = [];
      const late = failure("taken meanwhile", { statusCode: 409 });
      await withServer(
        {
          routes: [thing(() => Promise.reject(late))],
          actions: [{ run: () => void ran.push("post"), conditions: whateverHappened }],
          isRefusal: (error) => error === late,
        },
        async ({ fetch, reported }) => {
          equal((await fetch("/thing", json({}))).status, 409);
          deepEqual([ran, reported[0]?.refused, reported[0]?.error], [[], true, late]);
        },
      );
    },
  },
  {
    name: "actor and user appear in the call and in the audit log",
    async run(withServer) {
      const actor = { username: "alice", realm: "corp", role: "admin" };
      const seen: unknown[] = [];
      await withServer(
        {
          routes: [thing(() => ({ json: {} }))],
          actions: [{ run: (call) => void seen.push(call.actor, call.request.user) }],
          actor: () => actor,
          user: ({ of }) => ({ login: String(of), realm: "corp" }),
        },
        async ({ fetch, audited }) => {
          await fetch("/thing", json({ of: "bob" }));
          deepEqual(seen, [actor, { login: "bob", realm: "corp" }]);
          deepEqual([audited[0]?.actor, audited[0]?.user], [actor, { login: "bob", realm: "corp" }]);
        },
      );
    },
  },
  {
    name: "a call of a route without an event raises no event, and is audited under the route's `audit` name",
    async run(withServer) {
      const ran: string[] = [];
      const route = thing(({ call }) => ({ json: { event: call.event } }), { event: undefined, audit: "thing" });
      await withServer(
        { routes: [route], actions: [{ run: () => void ran.push("post") }] },
        async ({ fetch, audited, reported }) => {
          deepEqual(await (await fetch("/thing", json({}))).json(), { event: "thing" });
          deepEqual([ran, audited[0]?.action, audited[0]?.event, reported[0]?.raised], [[], "thing", undefined, false]);
        },
      );
    },
  },
  {
    name: "a call that must be audited but cannot be fails with 503, and no part of the handler's response is sent",
    async run(withServer) {
      const rows = { begin: () => ({ success: () => undefined, failure: () => undefined }) };
      const sink = { ...rows, call: () => Promise.reject(new Error("the disk is full")) };
      await withServer(
        {
          routes: [thing(() => ({ json: { secret: "canary" }, headers: [["x-secret", "canary"]] }))],
          audit: { sink, required: true },
        },
        async ({ fetch }) => {
          const response = await fetch("/thing", json({}));
          equal(response.status, 503);
          equal(response.headers.get("x-secret"), null);
          ok(!(await response.text()).includes("canary"));
        },
      );
    },
  },
];
