import { describe, expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

describe("a route", () => {
  it("reads only the parameters that it names, whatever else the caller sends", async () => {
    const { api, admin, domain } = await bareServer();
    // columns of the tables, and fields of the objects, that no caller may set through these routes
    const internal = {
      id: 987_654,
      uid: "forged",
      owner_id: "forged",
      owner_login: "admin",
      fail_count: 99,
      failcount: 99,
      active: false,
      revoked: true,
      rollout_state: "broken",
      password_hash: "forged",
      role: "admin",
      rights: ["*"],
    };
    const user = { username: "mallory", resolver: "people", password: "mallory-secret" };
    const added = await admin.call("POST", "/user/", { ...internal, ...user });
    expect([added.status, added.body.result.error]).toEqual([200, undefined]);
    const token = { type: "spass", serial: "S", pin: "1", user: "mallory", realm: "corp" };
    const enrolled = await admin.call("POST", "/token/init", { ...internal, ...token });
    expect([enrolled.status, enrolled.body.result.error]).toEqual([200, undefined]);

    const stored = await domain.users.require({ login: "mallory", realm: "corp" });
    expect(stored.uid).not.toBe("forged");
    const [row] = (await admin.call("GET", "/token/?serial=S")).body.result.value.tokens;
    expect(row).toMatchObject({
      active: true,
      revoked: false,
      failcount: 0,
      rollout_state: "enrolled",
      username: "mallory",
    });
    expect(row.id).not.toBe(987_654);

    const login = { username: "mallory", password: "mallory-secret", realm: "corp" };
    const { body } = await api.call("POST", "/auth", { ...internal, ...login });
    expect(body.result.value).toMatchObject({ role: "user", username: "mallory" });
    const own = await api.as("mallory@corp", "mallory-secret");
    await own.call("POST", "/token/disable", { ...internal, serial: "S", active: true });
    const [disabled] = (await admin.call("GET", "/token/?serial=S")).body.result.value.tokens;
    expect(disabled.active).toBe(false);
    const { result } = (await api.call("POST", "/validate/check", { ...internal, user: "mallory", pass: "1" })).body;
    expect(result.authentication).toBe("REJECT");
  });

  it("says nothing about the software that runs it in headers, and the same version for every caller", async () => {
    const { api, admin } = await bareServer();
    const paths = ["/validate/check?user=nobody&pass=1", "/nosuch", "/event/", "/healthz", "/metrics", "/ui/", "/"];
    for (const path of paths) {
      const { headers } = await fetch(`${api.url}${path}`);
      for (const name of ["server", "x-powered-by", "via", "x-runtime"]) {
        expect([path, name, headers.get(name)]).toEqual([path, name, null]);
      }
      const values = [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      expect([path, values]).toEqual([path, expect.not.stringMatching(/fastify|express|hono|node\.?js|bookend/i)]);
    }
    const versions = [
      (await api.call("GET", "/validate/check?user=nobody&pass=1")).body,
      (await api.call("GET", "/token/")).body,
      (await admin.call("GET", "/token/")).body,
    ].map(({ version, versionnumber }) => [version, versionnumber]);
    expect(new Set(versions.map(String))).toEqual(new Set(["Bookend reference app 1.0.0,1.0.0"]));
  });
});
