import { describe, expect, it } from "vitest";
import { asAdmin } from "./api-client.js";
import { bareServer } from "./bare-server.js";
import { reportedCase } from "./reported-case.js";
import { testServer } from "./test-server.js";

interface Exported {
  readonly event: readonly Readonly<Record<string, unknown>>[];
}

// from apps/demo/test/fixtures/public-reports.json: F2-export, F2-roundtrip, and similar cases
describe("bindings from an export", () => {
  it.each<[string, (reported: Exported) => unknown, Readonly<Record<string, unknown>>, readonly string[]]>([
    ["as reported", (reported) => reported, { position: "pre" }, ["privacyIDEA_version", "policy"]],
    [
      "null instead of an empty condition, and a later version",
      ({ event: [binding] }) => ({
        privacyIDEA_version: "3.99dev1",
        event: [{ ...binding, condition: null }],
        machineresolver: {},
      }),
      { position: "pre" },
      ["privacyIDEA_version", "machineresolver"],
    ],
    [
      "an older version, without positions",
      ({ event: [{ position: _, ...binding } = {}] }) => ({ event: [binding] }),
      { position: "post" },
      [],
    ],
  ])("%s: the binding is active, and runs", async (_case, bodyOf, right, ignored) => {
    const { admin, bookend, domain } = await bareServer();
    const reported = (await reportedCase("F2-export")).body as Exported;
    const { status, body } = await admin.call("POST", "/event/import", bodyOf(reported) as object);
    expect([status, body.result.value, body.detail.ignored]).toEqual([200, 1, ignored]);
    expect(await bookend.bindings.list()).toMatchObject([{ name: "Keep email token", active: true, ...right }]);
    const token = { type: "email", email: "x@demo.example", user: "alice", realm: "corp", serial: "MAIL1" };
    expect((await admin.call("POST", "/token/init", token)).status).toBe(200);
    expect((await admin.call("DELETE", "/token/MAIL1")).status).toBe(200);
    const kept = await domain.tokens.list({ user: { login: "alice", realm: "corp" } });
    expect(kept.filter(({ type }) => type === "email")).toEqual([
      expect.objectContaining({ serial: expect.not.stringMatching("MAIL1") }),
    ]);
  });
});

it("the complete response to an export can be imported, and changes nothing", async () => {
  const { api, bookend } = await testServer();
  const admin = await asAdmin(api);
  const before = await bookend.bindings.list();
  const exported = await admin.call("GET", "/event/export");
  const { status, body } = await admin.call("POST", "/event/import", exported.body);
  expect([status, body.result.value]).toEqual([200, before.length]);
  const imported = await bookend.bindings.list();
  expect(imported).toEqual(before.map((binding) => ({ ...binding, revision: expect.any(Number) })));

  // another server has none of the bindings, and none of the secrets that the export masks
  const other = await bareServer();
  const taken = await other.admin.call("POST", "/event/import", exported.body);
  expect([taken.status, taken.body.result.value]).toEqual([200, before.length]);
  const masked = "A partner without a token gets one that mails its codes";
  const withoutIds = (bindings: typeof before) =>
    bindings
      .filter(({ name }) => name !== masked)
      .map(({ id: _id, revision: _revision, ...binding }) => binding)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const there = await other.bookend.bindings.list();
  expect(withoutIds(there)).toEqual(withoutIds(before));
  expect(there.find(({ name }) => name === masked)).toMatchObject({ active: false });
});
