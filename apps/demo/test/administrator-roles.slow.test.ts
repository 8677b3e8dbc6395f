import { createSessions } from "@bookend/mfa";
import { apiRoutes } from "@bookend/reference";
import { describe, expect, it } from "vitest";
import { type ApiClient, asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** A route of the OpenAPI document. */
interface DocumentedRoute {
  readonly method: string;
  readonly path: string;
  readonly right: string | undefined;
}

/** Bodies with which routes would change something. All other routes receive an empty one. */
const bodies: Readonly<Record<string, object>> = {
  "POST /": { name: "new", event: ["token_init"], handlermodule: "Logging", action: "logging" },
  "PATCH /{id}": { active: false },
  "POST /order": { order: [{ id: 1, ordering: 9 }] },
  "POST /bulk": { operation: "delete", filter: { search: "" } },
  "POST /{id}/copy": { name: "copy" },
  "POST /{id}/restore": { entry: 1 },
  "POST /import": { bindings: [], mode: "prune" },
  "POST /explain": { event: "token_init" },
  "POST /preview": { id: 1 },
  "POST /backtest": { id: 1 },
  "POST /deliveries/replay": { filter: {} },
  "POST /deliveries/cancel": { filter: {} },
};

describe("rights of administrators", () => {
  it("allow neither a read-only administrator nor a user nor an anonymous caller to change anything, on any route", async () => {
    const server = await testServer({ config: { administrators: { readOnly: ["auditor"] } } });
    const { api, domain, bookend, outbox, store } = server;
    await domain.admins.save("auditor", { password: "auditor-demo", email: "auditor@example.net" });
    const admin = await asAdmin(api);
    const auditor = await api.as("auditor", "auditor-demo");
    const callers: readonly (readonly [name: string, caller: ApiClient])[] = [
      ["read-only administrator", auditor],
      ["user", await api.as("alice", "alice-demo")],
      ["nobody", api],
    ];
    const document = (await admin.call("GET", "/event/openapi.json")).body;
    const routes = Object.entries(document.paths as Record<string, Record<string, { "x-right"?: string }>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(
          ([method, operation]): DocumentedRoute => ({
            method: method.toUpperCase(),
            path,
            right: operation["x-right"],
          }),
        ),
    );
    expect(routes.length).toBeGreaterThan(40);
    const state = async () => ({
      bindings: await bookend.bindings.list(),
      history: (await store.bindings.history?.page({ page: 1, pageSize: 1 }))?.count,
      deliveries: (await outbox.list({}, { size: 1_000 })).deliveries.map((delivery) => [delivery.id, delivery.state]),
    });
    const before = await state();
    expect(before.bindings.length).toBeGreaterThan(3);
    for (const [name, caller] of callers) {
      for (const { method, path, right } of routes) {
        const url = `/event${path.replace("{id}", "1").replace(/\{\w+\}/, "Logging")}`;
        const body = method === "GET" || method === "DELETE" ? undefined : (bodies[`${method} ${path}`] ?? {});
        const { status } = await caller.call(method, url, body);
        const expected =
          name === "nobody"
            ? [401]
            : name === "user"
              ? [403]
              : right === undefined || right.endsWith(":read")
                ? [200, 400, 404]
                : [403];
        expect({ name, method, path, status: expected.includes(status) ? "as expected" : status }).toEqual({
          name,
          method,
          path,
          status: "as expected",
        });
      }
    }
    expect(await state()).toEqual(before);
    expect((await auditor.call("GET", "/event/rights")).body.result.value).toMatchObject({
      rights: ["bindings:read", "audit:read", "calls:read", "deliveries:read"],
      user: { name: "auditor" },
      features: expect.arrayContaining(["calls"]),
    });
    // the routes outside the management API
    const { key, lifetime } = { key: new Uint8Array(32), lifetime: 60 };
    const sessions = createSessions({ key, lifetime, users: domain.users, admins: domain.admins });
    const others = apiRoutes({ ...server, sessions, serverUrl: () => "http://mfa.example" }).filter(
      ({ access, method, event }) => access !== "anyone" && (method !== "GET" || event === "validate_triggerchallenge"),
    );
    expect(others.length).toBeGreaterThan(40);
    for (const { method, path } of others) {
      const { status } = await auditor.call(method, path.replace(/:\w+/g, "x"), method === "POST" ? {} : undefined);
      expect([method, path, status]).toEqual([method, path, 403]);
    }
    expect(await auditor.call("GET", "/token/")).toMatchObject({ status: 200 });
    expect((await auditor.call("GET", "/auth/rights")).body.result.value).toEqual({});
    const login = (await api.call("POST", "/auth", { username: "auditor", password: "auditor-demo" })).body.result
      .value;
    expect(login).toMatchObject({
      role: "admin",
      menus: expect.arrayContaining(["tokens"]),
      rights: expect.arrayContaining(["eventhandling_read", "auditlog", "tokenlist"]),
    });
    // privacyIDEA's names of rights that only permit reading
    const reading = /(?:_read|_list|list|log|read|^getchallenges|^getserial)$/;
    expect(login.rights.filter((right: string) => !reading.test(right))).toEqual([]);
  });
});
