import { type Binding, type BindingInput, completeBinding, type NewBinding } from "@bookend/core";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { describeEachStore } from "../../test/describe-each-store.js";
import { keyFile, openTestStore } from "../../test/fresh-store.js";
import { runProcess } from "../../test/processes/spawn.js";
import { openDatabase, type Store } from "../index.js";
import type { StoreSchema } from "../store-schema.js";

const never = 2 ** 31 - 1;

function binding(input: Partial<BindingInput> = {}): NewBinding {
  return completeBinding({ name: "b", events: ["token_init"], handler: "Logging", action: "logging", ...input });
}

/** Inserts one binding. */
async function insert({ bindings }: Pick<Store, "bindings">, input: NewBinding): Promise<Binding> {
  const [stored] = await bindings.write([{ kind: "insert", binding: input }]);
  if (!stored) throw new Error("nothing was stored");
  return stored;
}

/** Waits until the store reports that bindings changed; resolves to the time of the report. */
function nextChange(store: Store): Promise<number> {
  return new Promise((resolve) => {
    const stop = store.bindings.subscribe(() => {
      stop();
      resolve(Date.now());
    });
  });
}

describeEachStore("the store of bindings", ({ dialect, freshUrl }) => {
  it("reports what changed since a revision, by any process", async () => {
    const url = await freshUrl();
    const [one, other] = [(await openTestStore(url)).store, (await openTestStore(url)).store];
    const first = await insert(one, binding({ name: "first" }));
    const second = await insert(other, binding({ name: "second" }));
    const changes = async (since?: string) => {
      const delta = await one.bindings.changes?.(since);
      if (delta === undefined) throw new Error("the store does not report changes");
      return { ...delta, bindings: delta.bindings.map(({ id }) => id).sort((a, b) => a - b) };
    };
    const start = await changes();
    expect(start).toMatchObject({ complete: true, bindings: [first.id, second.id], removed: [] });
    expect(await changes(start.revision)).toEqual({ ...start, complete: false, bindings: [] });
    const third = await insert(other, binding({ name: "third" }));
    await other.bindings.write([
      { kind: "remove", id: first.id },
      { kind: "update", id: second.id, revision: 1, binding: binding({ name: "changed" }) },
    ]);
    const next = await changes(start.revision);
    expect(next).toMatchObject({ complete: false, bindings: [second.id, third.id], removed: [first.id] });
    expect(await changes(next.revision)).toMatchObject({ complete: false, bindings: [], removed: [] });
    // for a revision that never existed, all bindings are returned
    for (const since of ["-5", "x", "99999", "1.5"]) expect((await changes(since)).complete, since).toBe(true);
    const inserts = Array.from({ length: 1_001 }, (_, n) => binding({ name: `n${n}` }));
    await other.bindings.write(inserts.map((each) => ({ kind: "insert", binding: each })));
    const many = await changes(next.revision);
    expect([many.complete, many.bindings.length]).toEqual([true, 1_003]);
    await insert(other, binding({ name: "last" }));
    expect(await changes(many.revision)).toMatchObject({ complete: false, removed: [] });
    // a node of an earlier version increments the revision without recording what changed
    const { db } = await openDatabase<StoreSchema>({ url });
    onTestFinished(() => db.destroy());
    await db
      .updateTable("bookend_revision")
      .set({ bindings: Number(many.revision) + 2 })
      .execute();
    expect((await changes(many.revision)).complete).toBe(true);
  });

  it("keeps every field", async () => {
    const url = await freshUrl();
    const { store } = await openTestStore(url);
    const full: NewBinding = {
      name: 'Grüße "🙂"; drop table',
      active: false,
      events: ["token_init", "validate_check"],
      position: "pre",
      ordering: -3,
      handler: "UserNotification",
      action: "sendmail",
      options: { To: "{user}", nested: { list: [1, true, null, "\0"] }, "": "%_*'" },
      conditions: { realm: ["a", "b"], user_token_number: ">3" },
      abortOnError: true,
      delivery: "durable",
    };
    expect(await insert(store, full)).toEqual({ ...full, id: 1, revision: 1 });
    const [, third] = await store.bindings.write([
      { kind: "insert", binding: binding({ name: "second", abortOnError: false }) },
      { kind: "insert", binding: binding({ name: "third", abortOnError: null }) },
    ]);
    expect(third).toMatchObject({ id: 3, name: "third" });
    const again = await openTestStore(url);
    expect(await again.store.bindings.list()).toEqual([
      { ...full, id: 1, revision: 1 },
      { ...binding({ name: "second", abortOnError: false }), id: 2, revision: 1 },
      { ...binding({ name: "third", abortOnError: null }), id: 3, revision: 1 },
    ]);
    expect(await again.store.bindings.get(2)).toMatchObject({ id: 2, name: "second" });
    expect(await again.store.bindings.get(9)).toBeUndefined();
  });

  it("updates and removes; ids are never used again, and revisions increase", async () => {
    const { store } = await openTestStore(await freshUrl());
    const { bindings } = store;
    const { id } = await insert(store, binding());
    const changed = binding({ name: "new", active: false });
    const [updated] = await bindings.write([{ kind: "update", id, revision: 1, binding: changed }]);
    expect(updated).toEqual({ ...changed, id, revision: 2 });
    expect(await bindings.list()).toEqual([updated]);
    expect(await bindings.write([{ kind: "remove", id, revision: 2 }])).toEqual([]);
    expect(await bindings.list()).toEqual([]);
    expect(await insert(store, binding())).toMatchObject({ id: id + 1, revision: 1 });
  });

  it("makes either all changes or none, and reports the reason", async () => {
    const { store } = await openTestStore(await freshUrl());
    const { bindings } = store;
    const [a, b] = [await insert(store, binding({ name: "a" })), await insert(store, binding({ name: "b" }))];
    const before = await bindings.list();
    const insertC = { kind: "insert", binding: binding({ name: "c" }) } as const;
    const tries = [
      ["BINDING_NOT_FOUND", { kind: "update", id: 99, revision: 1, binding: binding() }],
      ["BINDING_NOT_FOUND", { kind: "remove", id: 99 }],
      ["BINDING_CHANGED", { kind: "update", id: a.id, revision: 2, binding: binding() }],
      ["BINDING_CHANGED", { kind: "remove", id: a.id, revision: 0 }],
      ["BINDING_NAME_TAKEN", { kind: "insert", binding: binding({ name: "a" }) }],
      ["BINDING_NAME_TAKEN", { kind: "insert", binding: binding({ name: "c" }) }],
      ["BINDING_NAME_TAKEN", { kind: "update", id: a.id, revision: 1, binding: binding({ name: "b" }) }],
    ] as const;
    for (const [code, change] of tries) {
      await expect(bindings.write([insertC, change]), code).rejects.toMatchObject({ code });
      expect(await bindings.list()).toEqual(before);
    }
    await bindings.write([
      { kind: "update", id: a.id, revision: 1, binding: binding({ name: "b" }) },
      { kind: "update", id: b.id, revision: 1, binding: binding({ name: "a" }) },
    ]);
    expect(await bindings.list()).toMatchObject([{ name: "b" }, { name: "a" }]);
    await bindings.write([
      { kind: "insert", binding: binding({ name: "b" }) },
      { kind: "remove", id: a.id },
    ]);
    expect((await bindings.list()).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("writes thousands of bindings in their order", async () => {
    const { store } = await openTestStore(await freshUrl());
    const many = Array.from({ length: 1_234 }, (_, index) => binding({ name: `b${index}` }));
    const stored = await store.bindings.write(many.map((each) => ({ kind: "insert", binding: each })));
    expect(stored.map(({ id, name }) => [id, name])).toEqual(many.map(({ name }, index) => [index + 1, name]));
    const changed = await store.bindings.write(
      stored.map(({ id, revision, ...rest }) => ({ kind: "update", id, revision, binding: { ...rest, ordering: 7 } })),
    );
    expect(changed).toEqual(stored.map((each) => ({ ...each, revision: 2, ordering: 7 })));
    expect([...(await store.bindings.list())].sort((a, b) => a.id - b.id)).toEqual(changed);
  });

  it("reports its own writes once, before they resolve, and no writes without a change", async () => {
    const { store } = await openTestStore(await freshUrl(), { pollIntervalMs: never });
    const { bindings } = store;
    let told = 0;
    const stop = bindings.subscribe(() => {
      told += 1;
    });
    const [first] = await bindings.write(
      ["a", "b", "c"].map((name) => ({ kind: "insert", binding: binding({ name }) })),
    );
    expect(told).toBe(1);
    const id = first?.id ?? 0;
    await bindings.write([{ kind: "update", id, revision: 1, binding: binding({ name: "new" }) }]);
    expect(told).toBe(2);
    await expect(bindings.write([{ kind: "remove", id: 99 }])).rejects.toThrow();
    await bindings.write([]);
    expect(told).toBe(2);
    stop();
    await bindings.write([{ kind: "remove", id }]);
    expect(told).toBe(2);
  });

  it("soon reports what another process wrote", async () => {
    const url = await freshUrl();
    const { store } = await openTestStore(url);
    const changed = nextChange(store);
    const written = Number(await runProcess("bind.ts", url, keyFile()));
    // half a second and a few milliseconds suffice; the rest is for a busy machine
    expect((await changed) - written).toBeLessThan(10_000);
    expect(await store.bindings.list()).toHaveLength(1);
  });

  it("reports changes made before anyone subscribed", async () => {
    const url = await freshUrl();
    const [one, two] = [await openTestStore(url), await openTestStore(url, { pollIntervalMs: never })];
    await insert(one.store, binding());
    await nextChange(two.store);
  });

  it("polls the database if no notifications arrive", async () => {
    const { store, database } = await openTestStore(await freshUrl(), { pollIntervalMs: 10 });
    const changed = nextChange(store);
    await sql`update bookend_revision set bindings = bindings + 1`.execute(database.db);
    await changed;
  });

  if (dialect === "postgres") {
    it("is notified of changes without polling", async () => {
      const url = await freshUrl();
      const [one, two] = [await openTestStore(url, { pollIntervalMs: never }), await openTestStore(url)];
      const stop = one.store.bindings.subscribe(() => undefined);
      for (let round = 0; round < 3; round++) {
        const changed = nextChange(one.store);
        await insert(two.store, binding({ name: `round ${round}` }));
        await changed;
      }
      stop();
    });
  }

  it("reports nothing after it is closed", async () => {
    const { store } = await openTestStore(await freshUrl());
    let told = 0;
    store.bindings.subscribe(() => {
      told += 1;
    });
    await store.close();
    await insert(store, binding());
    expect(told).toBe(0);
  });
});
