import { describeEachDatabase } from "@bookend/conformance/databases";
import { type BindingInput, completeBinding, type NewBinding } from "@bookend/core";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { keyFile, openTestStore } from "../../test/fresh-store.js";
import { runProcess } from "../../test/processes/spawn.js";
import type { Store } from "../index.js";

const NEVER = 2 ** 31 - 1;

function binding(input: Partial<BindingInput> = {}): NewBinding {
  return completeBinding({ name: "b", events: ["token_init"], handler: "Logging", action: "logging", ...input });
}

/** Resolves when the store says that bindings changed, to that time. */
function nextChange(store: Store): Promise<number> {
  return new Promise((resolve) => {
    const stop = store.bindings.subscribe(() => {
      stop();
      resolve(Date.now());
    });
  });
}

describeEachDatabase("bindings", ({ dialect, freshUrl }) => {
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
    const inserted = await store.bindings.insert(full);
    expect(inserted).toEqual({ ...full, id: 1 });
    await store.bindings.insert(binding({ abortOnError: false }));
    await store.bindings.insert(binding({ abortOnError: null }));
    const again = await openTestStore(url);
    expect(await again.store.bindings.list()).toEqual([
      { ...full, id: 1 },
      { ...binding({ abortOnError: false }), id: 2 },
      { ...binding({ abortOnError: null }), id: 3 },
    ]);
  });

  it("updates and removes, and says when there is nothing to", async () => {
    const { bindings } = (await openTestStore(await freshUrl())).store;
    const { id } = await bindings.insert(binding());
    expect(await bindings.update(id, binding({ name: "new", active: false }))).toBe(true);
    expect(await bindings.list()).toEqual([{ ...binding({ name: "new", active: false }), id }]);
    expect(await bindings.update(id + 1, binding())).toBe(false);
    expect(await bindings.remove(id)).toBe(true);
    expect(await bindings.remove(id)).toBe(false);
    expect(await bindings.list()).toEqual([]);
    expect((await bindings.insert(binding())).id).toBe(id + 1);
  });

  it("tells of its own writes before they resolve, once, and not of what changed nothing", async () => {
    const { bindings } = (await openTestStore(await freshUrl(), { pollIntervalMs: NEVER })).store;
    let told = 0;
    const stop = bindings.subscribe(() => {
      told += 1;
    });
    const { id } = await bindings.insert(binding());
    expect(told).toBe(1);
    await bindings.update(id, binding({ name: "new" }));
    expect(told).toBe(2);
    await bindings.update(id + 1, binding());
    await bindings.remove(id + 1);
    expect(told).toBe(2);
    stop();
    await bindings.remove(id);
    expect(told).toBe(2);
  });

  it("tells within a second of what another process wrote", async () => {
    const url = await freshUrl();
    const { store } = await openTestStore(url);
    const changed = nextChange(store);
    const written = Number(await runProcess("bind.ts", url, keyFile()));
    expect((await changed) - written).toBeLessThan(1000);
    expect(await store.bindings.list()).toHaveLength(1);
  });

  it("tells of what changed before anybody subscribed", async () => {
    const url = await freshUrl();
    const [one, two] = [await openTestStore(url), await openTestStore(url, { pollIntervalMs: NEVER })];
    await one.store.bindings.insert(binding());
    await nextChange(two.store);
  });

  it("asks the database where no message comes", async () => {
    const { store, database } = await openTestStore(await freshUrl(), { pollIntervalMs: 10 });
    const changed = nextChange(store);
    await sql`update bookend_revision set bindings = bindings + 1`.execute(database.db);
    await changed;
  });

  if (dialect === "postgres") {
    it("hears of changes without asking", async () => {
      const url = await freshUrl();
      const [one, two] = [await openTestStore(url, { pollIntervalMs: NEVER }), await openTestStore(url)];
      const stop = one.store.bindings.subscribe(() => undefined);
      for (let round = 0; round < 3; round++) {
        const changed = nextChange(one.store);
        await two.store.bindings.insert(binding());
        await changed;
      }
      stop();
    });
  }

  it("is quiet once it is closed", async () => {
    const { store } = await openTestStore(await freshUrl());
    let told = 0;
    store.bindings.subscribe(() => {
      told += 1;
    });
    await store.close();
    await store.bindings.insert(binding());
    expect(told).toBe(0);
  });
});
