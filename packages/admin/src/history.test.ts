import { memoryBindings } from "@bookend/core";
import { describe, expect, test } from "vitest";
import { createConsole } from "../test/console.js";

const signed = {
  name: "sign it",
  events: ["token_init"],
  handler: "Note",
  action: "sign",
  options: { key: "geheim" },
};
const patch = (console: ReturnType<typeof createConsole>, path: string, body: object) =>
  console.request(path, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("the history", () => {
  test("shows each change with its author, its origin, and the state before and after, but without secrets", async () => {
    const console = createConsole({
      bindings: [signed],
      actor: () => ({ username: "hans", realm: "", role: "admin" }),
      client: () => "10.0.0.1",
    });
    await patch(console, "/event/1", { options: { key: "neues" } });
    await console.post("/event/1/copy", { name: "copy" });
    await console.post("/event/bulk", { operation: "delete", ids: [1, 2] });
    const { body } = await console.get("/event/history");
    expect(JSON.stringify(body)).not.toMatch(/geheim|neues/);
    expect(body.detail).toEqual({ count: 3, page: 1, page_size: 50 });
    expect(body.result.value).toMatchObject([
      {
        entry: 3,
        operation: "bulk",
        count: 2,
        bindings: [
          { id: 1, after: null },
          { id: 2, after: null },
        ],
      },
      {
        entry: 2,
        operation: "copy",
        bindings: [{ id: 2, before: null, after: { name: "copy", options: { key: "***" } } }],
      },
      {
        entry: 1,
        operation: "change",
        actor: { name: "hans", role: "admin" },
        client: "10.0.0.1",
        bindings: [{ id: 1, before: { revision: 1 }, after: { revision: 2 }, changed_secrets: ["key"] }],
      },
    ]);
    expect((await console.get("/event/history?page_size=101")).status).toBe(400);
    const own = (await console.get("/event/2/history?page_size=1&page=2")).body;
    expect([own.detail.count, own.result.value]).toMatchObject([2, [{ entry: 2, bindings: [{ id: 2 }] }]]);
  });

  test("restores what was changed or deleted, with its id and its secret", async () => {
    const console = createConsole({ bindings: [signed] });
    const { bindings } = console.bookend;
    const first = await bindings.get(1);
    await patch(console, "/event/1", { name: "another", options: { key: "neues" } });
    const { body } = await console.post("/event/1/restore", { entry: 1, side: "before", revision: 2 });
    expect(body.result.value).toMatchObject({ id: 1, revision: 3, name: "sign it", options: { key: "***" } });
    expect(await bindings.get(1)).toEqual({ ...first, revision: 3 });
    await console.request("/event/1", { method: "DELETE" });
    expect((await console.post("/event/1/restore", { entry: 3 })).status).toBe(200);
    expect(await bindings.get(1)).toEqual({ ...first, revision: 4 });
    expect((await console.get("/event/history?page_size=1")).body.result.value[0]).toMatchObject({
      operation: "restore",
    });
  });

  test.each([
    [{ entry: 9 }, 404],
    [{ entry: 1, side: "neither" }, 400],
    [{ entry: 1, revision: 1 }, 409],
    [{}, 400],
    [{ entry: 2, side: "before" }, 404],
  ])("%j restores nothing (%i)", async (body, status) => {
    const console = createConsole({ bindings: [signed] });
    await patch(console, "/event/1", { name: "another" });
    await console.post("/event/1/copy");
    expect((await console.post("/event/1/restore", body)).status).toBe(status);
    expect(await console.bookend.bindings.get(1)).toMatchObject({ name: "another", revision: 2 });
  });

  test("does not restore a name that another binding has since taken", async () => {
    const console = createConsole({ bindings: [signed] });
    await patch(console, "/event/1", { name: "another" });
    await console.post("/event/1/copy", { name: "sign it" });
    const refused = await console.post("/event/1/restore", { entry: 1, side: "before" });
    expect([refused.status, refused.body.detail.problems[0].code]).toEqual([400, "NAME_TAKEN"]);
  });

  test("is not available if the store does not keep one", async () => {
    const { history: _, ...store } = memoryBindings([signed]);
    const console = createConsole({ store });
    expect((await console.get("/event/rights")).body.result.value.features).toEqual(["preview"]);
    const answer = await console.get("/event/history");
    expect([answer.status, answer.body.result.error.message]).toEqual([
      404,
      "ERR601: This server does not keep a history of its bindings.",
    ]);
  });
});
