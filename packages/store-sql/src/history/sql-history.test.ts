import { type BindingInput, completeBinding } from "@bookend/core";
import { expect, it } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore } from "../../test/fresh-store.js";

const binding = (name: string, change: Partial<BindingInput> = {}) =>
  completeBinding({ name, events: ["token_init"], handler: "Logging", action: "logging", ...change });
const hans = { username: "hans", realm: "", role: "admin" };

describeEachStore("the history of bindings", ({ freshUrl }) => {
  it("contains each change with both versions, its author and origin, including changes of other processes", async () => {
    const url = await freshUrl();
    const clock = () => new Date("2026-03-15T12:00:00Z");
    const { store } = await openTestStore(url, { clock });
    const { bindings } = store;
    await bindings.write([{ kind: "insert", binding: binding("a", { options: { key: "geheim" } }) }], {
      actor: hans,
      client: "10.0.0.1",
    });
    const other = await openTestStore(url, { clock });
    await other.store.bindings.write([{ kind: "update", id: 1, revision: 1, binding: binding("b") }]);
    await bindings.write(
      [
        { kind: "remove", id: 1 },
        { kind: "insert", binding: binding("b") },
        { kind: "insert", binding: binding("c") },
      ],
      { operation: "import" },
    );
    const first = { ...binding("a", { options: { key: "geheim" } }), id: 1, revision: 1 };
    const second = { ...binding("b"), id: 1, revision: 2 };
    const { entries, count } = (await bindings.history?.page({ page: 1, pageSize: 10 })) ?? {};
    expect(count).toBe(3);
    expect(entries).toEqual([
      {
        entry: 3,
        time: clock(),
        operation: "import",
        count: 3,
        bindings: [
          { id: 1, name: "b", before: second, after: null },
          { id: 2, name: "b", before: null, after: { ...binding("b"), id: 2, revision: 1 } },
          { id: 3, name: "c", before: null, after: { ...binding("c"), id: 3, revision: 1 } },
        ],
      },
      {
        entry: 2,
        time: clock(),
        operation: "change",
        count: 1,
        bindings: [{ id: 1, name: "b", before: first, after: second }],
      },
      {
        entry: 1,
        time: clock(),
        operation: "create",
        actor: hans,
        client: "10.0.0.1",
        count: 1,
        bindings: [{ id: 1, name: "a", before: null, after: first }],
      },
    ]);
    const own = await bindings.history?.page({ binding: 1, page: 2, pageSize: 1 });
    expect(own).toMatchObject({ count: 3, entries: [{ entry: 2 }] });
    expect(await bindings.history?.change(3, 2)).toMatchObject({ name: "b", before: null });
    expect(await bindings.history?.change(1, 2)).toBeUndefined();
  });

  it("contains no entry for a change that was refused", async () => {
    const { store } = await openTestStore(await freshUrl());
    await store.bindings.write([{ kind: "insert", binding: binding("a") }]);
    await expect(
      store.bindings.write([{ kind: "update", id: 1, revision: 7, binding: binding("b") }]),
    ).rejects.toMatchObject({ code: "BINDING_CHANGED" });
    await expect(store.bindings.write([{ kind: "insert", binding: binding("a") }])).rejects.toThrow();
    expect(await store.bindings.history?.page({ page: 1, pageSize: 10 })).toMatchObject({ count: 1 });
  });

  it("restores a removed binding with its id and a later revision, and new ids continue after it", async () => {
    const { store } = await openTestStore(await freshUrl());
    const { bindings } = store;
    await bindings.write([
      { kind: "insert", binding: binding("a") },
      { kind: "insert", binding: binding("b") },
    ]);
    await bindings.write([{ kind: "remove", id: 1 }]);
    expect(await bindings.write([{ kind: "insert", id: 1, revision: 5, binding: binding("a") }])).toEqual([
      { ...binding("a"), id: 1, revision: 5 },
    ]);
    await expect(
      bindings.write([{ kind: "insert", id: 1, revision: 6, binding: binding("again") }]),
    ).rejects.toMatchObject({ code: "BINDING_CHANGED" });
    expect(await bindings.write([{ kind: "insert", binding: binding("c") }])).toMatchObject([{ id: 3 }]);
  });

  it("is limited by entries, changes and age", async () => {
    let now = new Date("2026-03-15T12:00:00Z");
    const { store } = await openTestStore(await freshUrl(), {
      history: { entries: 4, changes: 6, days: 10 },
      clock: () => now,
    });
    const { bindings } = store;
    const entries = async () =>
      (await bindings.history?.page({ page: 1, pageSize: 10 }))?.entries.map(({ entry }) => entry);
    for (const name of ["a", "b", "c", "d", "e"]) await bindings.write([{ kind: "insert", binding: binding(name) }]);
    expect(await entries()).toEqual([5, 4, 3, 2]);
    await bindings.write(["f", "g", "h", "i"].map((name) => ({ kind: "insert", binding: binding(name) })));
    expect(await entries()).toEqual([6, 5, 4]);
    now = new Date("2026-03-26T12:00:00Z");
    await bindings.write([{ kind: "remove", id: 1 }]);
    expect(await entries()).toEqual([7]);
    await bindings.write(
      Array.from({ length: 8 }, (_, index) => ({ kind: "insert" as const, binding: binding(`n${index}`) })),
    );
    expect(await entries()).toEqual([8]);
  });
});
