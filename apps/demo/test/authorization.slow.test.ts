import { defineHandler, type Handler } from "@bookend/core";
import { createSessions } from "@bookend/mfa";
import { apiRoutes } from "@bookend/reference";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ApiClient, asAdmin } from "./api-client.js";
import { bareServer } from "./bare-server.js";
import { testServer } from "./test-server.js";

/** Routes that do not require a login. All other routes refuse callers who are not logged in. */
const anonymous: ReadonlySet<string> = new Set([
  "POST /auth",
  "GET /config",
  "POST /validate/check",
  "GET /validate/check",
  "GET /validate/polltransaction",
  "GET /validate/polltransaction/:transaction_id",
  "POST /container/register/finalize",
  "GET /ttype/:type",
  "POST /ttype/:type",
]);

/**
 * Routes that, for a logged-in user, only concern that user, regardless of parameters. All other routes refuse other
 * users' objects.
 */
const aboutThemselves: ReadonlySet<string> = new Set([
  "GET /auth/rights",
  "GET /user/settings",
  "GET /token/",
  "GET /container/",
  "GET /container/types",
  "GET /container/statetypes",
  "POST /container/init",
  "GET /user/",
  "GET /user/attribute",
]);

/** The parameters that name a user, and a token and a container of that user. */
interface Belongings {
  readonly serial: string;
  readonly container_serial: string;
  readonly user: string;
}

const bobs: Belongings = { serial: "BOB1", container_serial: "CBOB1", user: "bob" };
const alices: Belongings = { serial: "ALICE1", container_serial: "CALICE1", user: "alice" };

/** Creates a handler that records its runs. If `swap` is set, it replaces the parameters of a call before its route. */
function watcher(): { readonly handler: Handler; readonly ran: string[]; swap: Belongings | undefined } {
  const state = { ran: [] as string[], swap: undefined as Belongings | undefined };
  const handler: Handler = defineHandler({
    id: "Watcher",
    description: "Records each run.",
    positions: ["pre", "post"],
    actions: {
      watch: {
        description: "Records that it ran.",
        options: z.strictObject({}),
        run: ({ call, position }) => {
          state.ran.push(`${position} ${call.event}`);
          if (position === "pre") Object.assign(call.request.parameters, state.swap);
        },
      },
    },
  });
  return Object.assign(state, { handler });
}

/**
 * Starts a server with the watcher bound to both ends of every event, including failed calls, and a client for each
 * kind of caller.
 */
async function watchedServer() {
  const watched = watcher();
  const server = await testServer({ handlers: [watched.handler] });
  const { bindings, events } = server.bookend;
  for (const { id } of await bindings.list()) await bindings.remove(id);
  const watch = { events: [...events], handler: "Watcher", action: "watch" };
  await bindings.add({ ...watch, name: "before", position: "pre" });
  await bindings.add({ ...watch, name: "after" });
  await bindings.add({ ...watch, name: "after failures", conditions: { result_status: "False" } });
  const callers = {
    nobody: server.api,
    "another user": await server.api.as("alice", "alice-demo"),
    "the owner": await server.api.as("bob", "bob-demo"),
    "an admin": await asAdmin(server.api),
  };
  const routes = apiRoutes({
    ...server,
    sessions: createSessions({
      key: new Uint8Array(32),
      lifetime: 60,
      users: server.domain.users,
      admins: server.domain.admins,
    }),
    serverUrl: () => server.url,
  });

  /** Calls a route with parameters that name objects of `owner`. */
  const send = async (caller: keyof typeof callers, { method, path }: Route, owner: Belongings) => {
    const parameters: Record<string, string> = {
      ...owner,
      realm: "corp",
      from: owner.serial,
      to: owner.serial,
      type: "spass",
    };
    // a realm in the path is changed or deleted, so it must not be one that the test needs
    const inPath = { ...parameters, realm: "nosuch" } as Record<string, string>;
    const url = path.replace(/:(\w+)/g, (_, name: string) => inPath[name] ?? "nosuch");
    watched.ran.length = 0;
    const api = callers[caller];
    const answer =
      method === "GET"
        ? await api.call(method, `${url}?${new URLSearchParams(parameters)}`)
        : await api.call(method, url, parameters);
    return { refused: [303, 4033].includes(answer.body.result?.error?.code), ran: [...watched.ran] };
  };

  /** Creates the token and the container of a user again, since earlier calls may have changed them. */
  const restore = async ({ serial, container_serial, user: login }: Belongings) => {
    const { tokens, containers } = server.domain;
    const user = { login, realm: "corp" };
    if (await tokens.find(serial)) await tokens.delete({ serial });
    await tokens.init({ type: "spass", serial, pin: "1" }, user);
    if (await containers.find(container_serial)) await containers.delete(container_serial);
    await containers.create({ type: "generic", serial: container_serial, description: undefined, user, realms: [] });
  };
  return { ...server, watched, routes, send, restore };
}

type Route = ReturnType<typeof apiRoutes>[number];

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

describe("every route", () => {
  it("runs no action if authorization refuses the call, and refuses every caller that it must refuse", async () => {
    const { routes, send, restore } = await watchedServer();
    expect(routes.length).toBeGreaterThan(90);
    const wrong: unknown[] = [];
    for (const route of routes) {
      const name = nameOf(route);
      const forbidden = !anonymous.has(name);
      const mustRefuse = {
        nobody: forbidden,
        "another user": forbidden && !aboutThemselves.has(name),
        // either, since some routes are for administrators only
        "the owner": undefined,
        "an admin": false,
      };
      await restore(bobs);
      for (const [caller, expected] of Object.entries(mustRefuse)) {
        const { refused, ran } = await send(caller as keyof typeof mustRefuse, route, bobs);
        if (expected !== undefined && refused !== expected) wrong.push({ name, caller, refused });
        if (refused && ran.length > 0) wrong.push({ name, caller, refused, ran });
        if (!refused && route.event !== undefined && !ran.includes(`pre ${route.event}`))
          wrong.push({ name, caller, ran });
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is refused if a pre action changed the call to another user's objects, and no post action runs", async () => {
    const { routes, send, restore, watched, domain } = await watchedServer();
    const wrong: unknown[] = [];
    for (const route of routes) {
      if (route.event === undefined) continue;
      const name = nameOf(route);
      await restore(alices);
      await restore(bobs);
      watched.swap = bobs;
      const { refused, ran } = await send("another user", route, alices);
      watched.swap = undefined;
      if (refused !== (!anonymous.has(name) && !aboutThemselves.has(name))) wrong.push({ name, refused });
      if (refused && ran.some((each) => each.startsWith("post"))) wrong.push({ name, ran });
      const token = await domain.tokens.find(bobs.serial);
      if (!token?.active || token.owner?.login !== "bob") wrong.push({ name, token });
    }
    expect(wrong).toEqual([]);
  });
});

// from apps/demo/test/fixtures/public-reports.json: F1-token, F1-demo, F7-port, F7-unknown, and similar cases
describe("cases from public reports", () => {
  it.each([
    ["after the call", {}, "alice", "POST", "/token/unassign"],
    ["before the call", { position: "pre" }, "alice", "POST", "/token/unassign"],
    ["on the condition that it failed", { conditions: { http_status: "4xx" } }, "alice", "POST", "/token/disable"],
    ["before a call with the serial in its path", { position: "pre" }, "alice", "DELETE", "/token/V1"],
    ["before a call without a login", { position: "pre" }, undefined, "POST", "/token/disable"],
  ] as const)("a refused call runs no action %s, and is audited", async (_case, binding, caller, method, path) => {
    const { api, admin, bind, actions, domain } = await bareServer();
    await admin.call("POST", "/token/init", { type: "hotp", genkey: 1, user: "bob", serial: "V1" });
    const event = ["token_unassign", "token_disable", "token_delete"];
    await bind({ event, position: "post", handlermodule: "Token", action: "delete", ...binding });
    const client = caller === undefined ? api : await api.as(caller, `${caller}-demo`);
    const { status } = await client.call(method, path, { serial: "V1" });
    expect(status).toBe(caller === undefined ? 401 : 403);
    const listed = await admin.call("GET", "/token/?serial=V1");
    expect(listed.body.result.value.count).toBe(1);
    expect(await domain.tokens.require("V1")).toMatchObject({ active: true, owner: { login: "bob" } });
    expect(await actions()).toEqual([]);
    const { auditdata } = (await admin.call("GET", `/audit/?page_size=1&action=${method}*`)).body.result.value;
    const actor = caller === undefined ? {} : { actor: `${caller}@corp` };
    expect(auditdata).toEqual([expect.objectContaining({ success: false, ...actor })]);
  });

  it.each([
    ["setpin", "alice", "/token/setpin"],
    ["setrandompin", "alice", "/token/setrandompin"],
    ["setpin without a login", undefined, "/token/setpin"],
  ])("a refused call sends no SMS: %s", async (_case, caller, path) => {
    const { api, sms } = await testServer();
    const before = sms.list().length;
    const client = caller === undefined ? api : await api.as(caller, `${caller}-demo`);
    const { status } = await client.call("POST", path, { serial: "PISM00000001", otppin: "x" });
    expect([status, sms.list().length - before]).toEqual([caller === undefined ? 401 : 403, 0]);
  });

  it.each([
    ["an address with a port", "192.0.2.43:51234", "192.0.2.43", ["not loopback"]],
    ["an unknown client", "unknown", "", []],
    ["an address in brackets with a port", "[2001:db8::1]:443", "2001:db8::1", ["not loopback"]],
    ["an obfuscated name", "_hidden", "", []],
    ["an empty entry", "192.0.2.43,", "", []],
    ["a call by the proxy itself", undefined, "127.0.0.1", ["loopback"]],
  ])("%s: X-Forwarded-For %s means the client %j", async (_case, forwarded, client, ran) => {
    const { api, admin, bind, store } = await bareServer({ config: { trustedProxies: ["127.0.0.1/32"] } });
    // if the address is unknown, neither of these conditions is fulfilled
    for (const [counter_name, client_ip] of [
      ["loopback", "127.0.0.0/8"],
      ["not loopback", "-127.0.0.0/8"],
    ]) {
      const counting = { handlermodule: "Counter", action: "increase_counter", options: { counter_name } };
      await bind({ event: "validate_check", position: "pre", ...counting, conditions: { client_ip } });
    }
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    await api.call("POST", "/validate/check", { user: "alice", pass: "x" }, headers as Record<string, string>);
    const search = "/audit/?page_size=1&action=*validate/check";
    const { auditdata } = (await admin.call("GET", search)).body.result.value;
    expect(auditdata[0].client ?? "").toBe(client);
    expect((await store.counters.list()).map(({ name }) => name)).toEqual(ran);
  });
});

describe("conditions and routes read the same parameters", () => {
  it.each([
    ["a serial that is a number", { serial: 12345678 }],
    ["a serial with blanks", { serial: " 12345678 " }],
    ["a list with the serial twice", { serial: "12345678,12345678" }],
  ])("%s: a token condition sees the token", async (_name, parameters) => {
    const { api, store } = await testServer();
    const admin = await asAdmin(api);
    await admin.call("POST", "/token/init", { type: "spass", pin: "1", user: "alice", serial: "12345678" });
    await count(admin, { event: "token_disable", conditions: { tokentype: "spass", realm: "corp" } });
    expect((await admin.call("POST", "/token/disable", parameters)).body.result.value).toBe(1);
    expect(await store.counters.value("seen")).toBe(1);
  });

  it("a condition on a challenge reads `state` like `transaction_id`; different values of both are refused", async () => {
    const { api, store } = await testServer();
    const admin = await asAdmin(api);
    const { body } = await api.call("POST", "/validate/check", { serial: "PIEM00000001", pass: "1234" });
    const state = body.detail.transaction_id;
    await api.call("POST", "/validate/check", { serial: "PIEM00000001", pass: "1234" });
    await count(admin, { event: "validate_check", conditions: { challenge_expired: "False" } });
    await api.call("POST", "/validate/check", { serial: "PIEM00000001", pass: "000000", state });
    expect(await store.counters.value("seen")).toBe(1);
    const both = { serial: "PIEM00000001", pass: "000000", state, transaction_id: "1" };
    expect((await api.call("POST", "/validate/check", both)).status).toBe(400);
  });

  it("more than 100 serials are refused before any lookup, and repeated ones count once", async () => {
    const { api, domain } = await testServer();
    const admin = await asAdmin(api);
    await domain.tokens.init({ type: "spass", serial: "ONE", pin: "1" }, { login: "alice", realm: "corp" });
    const many = Array.from({ length: 101 }, (_, i) => `S${i}`).join(",");
    for (const path of ["/token/disable", "/validate/check"]) {
      expect((await admin.call("POST", path, { serial: many, pass: "x" })).status).toBe(400);
    }
    const { status, body } = await admin.call("POST", "/token/disable", { serial: "ONE,".repeat(1_000) });
    expect([status, body.result.value]).toEqual([200, 1]);
  });

  const count = (admin: ApiClient, binding: object) =>
    admin.call("POST", "/event", {
      name: "seen",
      position: "pre",
      handlermodule: "Counter",
      action: "increase_counter",
      options: { counter_name: "seen" },
      ...binding,
    });
});
