import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { BindingInput } from "../contracts/binding.js";
import type { WritableBindingStore } from "../contracts/binding-store.js";
import { createBookend } from "../create-bookend.js";
import { defineHandler } from "../definitions/handler.js";
import { memoryBindings } from "./memory-bindings.js";

const handler = defineHandler({
  id: "Test",
  description: "Does nothing.",
  positions: ["post"],
  actions: { nothing: { description: "Nothing.", options: z.strictObject({}), run: () => undefined } },
});
const valid = { name: "valid", events: ["x"], handler: "Test", action: "nothing" };
const invalid = { ...valid, name: "invalid", conditions: { client_ip: "everywhere" } };
const open: { close(): void }[] = [];
afterEach(() => {
  for (const bookend of open.splice(0)) bookend.close();
});
const bookendOn = (store: WritableBindingStore) => {
  const bookend = createBookend({ handlers: [handler], bindings: store });
  open.push(bookend);
  return bookend;
};
const bookendWith = (...bindings: readonly BindingInput[]) => bookendOn(memoryBindings(bindings));

/**
 * Creates a store in which the first changes lose a race: another change is made between their read and their write.
 */
function overtaken(inner: WritableBindingStore, times: number, other: () => unknown): WritableBindingStore {
  let left = times;
  return {
    ...inner,
    async write(changes) {
      if (left-- > 0) await other();
      return inner.write(changes);
    },
  };
}

describe("changing a binding", () => {
  test("refuses a name that is taken", async () => {
    const { bindings, check } = bookendWith(valid, { ...valid, name: "other" });
    const taken = { problems: [{ code: "NAME_TAKEN", field: "name", severity: "error" }] };
    await expect(bindings.add(valid)).rejects.toMatchObject(taken);
    await expect(bindings.update(2, { name: "valid" })).rejects.toMatchObject(taken);
    expect(await bindings.update(1, { name: "valid", ordering: 3 })).toMatchObject({ ordering: 3 });
    expect(await check(valid)).toMatchObject(taken.problems);
    expect(await check({ ...valid, id: 1 })).toEqual([]);
  });

  test("refuses a name that another process took in the meantime in the same way", async () => {
    const inner = memoryBindings();
    const { bindings } = bookendOn(
      overtaken(inner, 1, () => inner.write([{ kind: "insert", binding: { ...complete, name: "valid" } }])),
    );
    await expect(bindings.add(valid)).rejects.toMatchObject({ code: "BINDING_INVALID", problems: [{ field: "name" }] });
  });

  test("gives a repeated name among the initial bindings a number that is free", async () => {
    const { bindings } = bookendWith(valid, valid, { ...valid, name: "valid (2)" }, valid);
    expect((await bindings.list()).map(({ name }) => name)).toEqual(["valid", "valid (3)", "valid (2)", "valid (4)"]);
  });

  test("creates a new revision with each change, and refuses an older one", async () => {
    const { bindings } = bookendWith(valid);
    expect(await bindings.update(1, { ordering: 1 }, { revision: 1 })).toMatchObject({ revision: 2 });
    const changed = { code: "BINDING_CHANGED", message: expect.stringContaining("Allowed: 2") };
    await expect(bindings.update(1, { ordering: 5 }, { revision: 1 })).rejects.toMatchObject(changed);
    await expect(bindings.setActive(1, false, { revision: 1 })).rejects.toMatchObject(changed);
    await expect(bindings.remove(1, { revision: 1 })).rejects.toMatchObject(changed);
    expect(await bindings.list()).toMatchObject([{ revision: 2, ordering: 1, active: true }]);
    await bindings.remove(1, { revision: 2 });
    expect(await bindings.list()).toEqual([]);
  });

  test("loses none of several simultaneous changes", async () => {
    const { bindings } = bookendWith(valid);
    for (let round = 0; round < 30; round++) {
      const active = round % 2 === 1;
      await Promise.all([
        bindings.update(1, { name: `renamed ${round}` }),
        bindings.setActive(1, active),
        bindings.update(1, { ordering: round }),
      ]);
      expect(await bindings.get(1)).toMatchObject({ name: `renamed ${round}`, active, ordering: round });
    }
  });

  test("keeps what another process changed in the meantime, or refuses the requested revision", async () => {
    const inner = memoryBindings([valid]);
    const rename = async (to: string) => {
      const stored = await inner.get(1);
      if (!stored) throw new Error("gone");
      await inner.write([
        { kind: "update", id: 1, revision: stored.revision, binding: { ...complete, ...stored, name: to } },
      ]);
    };
    const { bindings } = bookendOn(overtaken(inner, 1, () => rename("elsewhere")));
    expect(await bindings.setActive(1, false)).toMatchObject({ name: "elsewhere", active: false, revision: 3 });
    const again = bookendOn(overtaken(inner, 1, () => rename("again")));
    await expect(again.bindings.setActive(1, true, { revision: 3 })).rejects.toMatchObject({ code: "BINDING_CHANGED" });
    expect(await inner.get(1)).toMatchObject({ name: "again", active: false });
  });

  test("checks a binding when switching it on, but not when switching it off or removing it", async () => {
    const { bindings } = bookendWith({ ...invalid, active: false }, { ...invalid, name: "on", handler: "Gone" });
    const refused = { code: "BINDING_INVALID", problems: [{ field: "conditions.client_ip" }] };
    await expect(bindings.setActive(1, true)).rejects.toMatchObject(refused);
    await expect(bindings.update(1, { active: true })).rejects.toMatchObject(refused);
    expect(await bindings.setActive(2, false)).toMatchObject({ active: false });
    expect(await bindings.update(2, { active: false })).toMatchObject({ active: false });
    await bindings.remove(2);
    expect(await bindings.list()).toMatchObject([{ name: "invalid", active: false }]);
  });

  test.each([["update"], ["setActive"], ["remove"]] as const)("reports a missing binding: %s", async (method) => {
    const { bindings } = bookendWith(valid);
    const args: Record<typeof method, () => Promise<unknown>> = {
      update: () => bindings.update(7, { ordering: 1 }),
      setActive: () => bindings.setActive(7, true),
      remove: () => bindings.remove(7),
    };
    await expect(args[method]()).rejects.toMatchObject({ code: "BINDING_NOT_FOUND" });
  });
});

const complete = {
  ...valid,
  active: true,
  position: "post",
  ordering: 0,
  options: {},
  conditions: {},
  abortOnError: null,
  delivery: "inline",
} as const;

describe("bindings.import", () => {
  const named = (name: string, more: Partial<BindingInput> = {}): BindingInput => ({ ...valid, name, ...more });
  const names = async ({ bindings }: ReturnType<typeof bookendWith>) =>
    (await bindings.list()).map(({ id, name }) => `${id} ${name}`);

  test("merge adds new bindings and updates existing ones; invalid ones are stored as inactive", async () => {
    const bookend = bookendWith(named("old"), named("b", { ordering: 4, options: {} }));
    const { bindings, removed } = await bookend.bindings.import([
      invalid,
      named("a", { active: false }),
      named("b", { events: ["y"] }),
    ]);
    expect(bindings).toMatchObject([
      { binding: { id: 3, active: false }, outcome: "added", problems: [{ field: "conditions.client_ip" }] },
      { binding: { id: 4, active: false }, outcome: "added", problems: [] },
      { binding: { id: 2, active: true, revision: 2, ordering: 0, events: ["y"] }, outcome: "updated", problems: [] },
    ]);
    expect(removed).toEqual([]);
    expect(await names(bookend)).toEqual(["1 old", "2 b", "3 invalid", "4 a"]);
  });

  test("add refuses names that exist, and changes nothing", async () => {
    const bookend = bookendWith(named("a"));
    await expect(bookend.bindings.import([named("b"), named("a")], { mode: "add" })).rejects.toMatchObject({
      problems: [{ code: "NAME_TAKEN", field: "binding 2: name" }],
    });
    expect(await names(bookend)).toEqual(["1 a"]);
    await bookend.bindings.import([named("b")], { mode: "add" });
    expect(await names(bookend)).toEqual(["1 a", "2 b"]);
  });

  test("replace removes all other bindings, and keeps the order of the list", async () => {
    const bookend = bookendWith(named("a"), named("b"), named("old"), named("c"));
    const { bindings, removed } = await bookend.bindings.import(
      [named("b"), named("new"), named("c"), named("a", { ordering: -1 })],
      { mode: "replace" },
    );
    expect(removed).toMatchObject([{ id: 3, name: "old" }]);
    expect(bindings.map(({ outcome }) => outcome)).toEqual(["unchanged", "added", "updated", "updated"]);
    // c came after a new binding, so it needs a new id to run after it
    expect(await names(bookend)).toEqual(["1 a", "2 b", "5 new", "6 c"]);
  });

  test("prune removes all other bindings, and keeps the ids of those that stay", async () => {
    const bookend = bookendWith(named("a"), named("b"), named("old"), named("c"));
    const inputs = [named("c", { ordering: 0 }), named("new"), named("a", { ordering: 3 })];
    const { removed } = await bookend.bindings.import(inputs, { mode: "prune" });
    expect(removed).toMatchObject([{ name: "b" }, { name: "old" }]);
    expect(await names(bookend)).toEqual(["4 c", "5 new", "1 a"]);
  });

  test("does not write a binding that is already stored, whatever the order of its options and conditions", async () => {
    const one = named("a", { conditions: { client_ip: "10.0.0.0/8", logged_in_user: "admin" }, options: {} });
    const inner = memoryBindings([one]);
    const write = vi.fn(inner.write);
    const bookend = bookendOn({ ...inner, write });
    const same = { ...one, conditions: { logged_in_user: "admin", client_ip: "10.0.0.0/8" }, abortOnError: null };
    expect((await bookend.bindings.import([same])).bindings).toMatchObject([
      { outcome: "unchanged", binding: { id: 1, revision: 1 } },
    ]);
    expect(write).not.toHaveBeenCalled();
    for (const change of [
      { events: ["y"] },
      { conditions: { logged_in_user: "admin" } },
      { abortOnError: true },
    ] as const) {
      expect((await bookend.bindings.import([{ ...one, ...change }])).bindings[0]?.outcome).toBe("updated");
      await bookend.bindings.import([one]);
    }
  });

  test("reports in a dry run what the import would do, and changes nothing", async () => {
    const bookend = bookendWith(named("a"), named("b"));
    const inputs = [named("new"), named("a", { ordering: 7 })];
    const before = await bookend.bindings.list();
    const planned = await bookend.bindings.import(inputs, { mode: "prune", dryRun: true });
    expect(await bookend.bindings.list()).toEqual(before);
    const imported = await bookend.bindings.import(inputs, { mode: "prune", state: planned.state });
    const without = ({ bindings, removed }: typeof planned) => [
      bindings.map(({ outcome, before: was, binding: { id, revision, ...binding } }) => [outcome, was, binding]),
      removed,
    ];
    expect(without(imported)).toEqual(without(planned));
  });

  test("refuses an import for an outdated state, and changes nothing", async () => {
    const bookend = bookendWith(named("a"));
    const { state } = await bookend.bindings.import([named("b")], { dryRun: true });
    await bookend.bindings.setActive(1, false);
    await expect(bookend.bindings.import([named("b")], { state })).rejects.toMatchObject({ code: "BINDING_CHANGED" });
    expect(await names(bookend)).toEqual(["1 a"]);
  });

  test("strict refuses the whole import if one binding has an error, and names that binding", async () => {
    const bookend = bookendWith(named("old"));
    await expect(bookend.bindings.import([valid, invalid], { mode: "prune", strict: true })).rejects.toMatchObject({
      code: "BINDING_INVALID",
      problems: [{ field: "binding 2: conditions.client_ip" }],
    });
    expect(await names(bookend)).toEqual(["1 old"]);
  });

  test("inactive switches all bindings off", async () => {
    const bookend = bookendWith(named("a"));
    await bookend.bindings.import([named("a"), named("b")], { inactive: true });
    expect((await bookend.bindings.list()).map(({ active }) => active)).toEqual([false, false]);
  });

  test.each([
    ["an invalid field", { ...valid, name: "z", events: [] }, "events"],
    ["a name that occurs twice", valid, "name"],
  ])("changes nothing for %s", async (_what, wrong, field) => {
    const bookend = bookendWith(named("old"));
    await expect(bookend.bindings.import([valid, wrong], { mode: "replace" })).rejects.toMatchObject({
      code: "BINDING_INVALID",
      problems: [{ field: `binding 2: ${field}`, message: expect.stringMatching(`^binding 2: ${field}`) }],
    });
    expect(await names(bookend)).toEqual(["1 old"]);
  });

  test("tolerates changes that another process makes in the meantime", async () => {
    const inner = memoryBindings([named("a"), named("b")]);
    const store = overtaken(inner, 1, () => inner.write([{ kind: "remove", id: 1 }]));
    const bookend = bookendOn(store);
    await bookend.bindings.import([named("a", { ordering: 1 }), named("c")], { mode: "replace" });
    expect(await names(bookend)).toEqual(["4 c", "3 a"]);
  });

  test("writes once and reads twice, however many bindings there are", async () => {
    const inner = memoryBindings();
    const write = vi.fn(inner.write);
    const list = vi.fn(inner.list);
    const bookend = bookendOn({ ...inner, list, write });
    await bookend.ready();
    list.mockClear();
    await bookend.bindings.import(Array.from({ length: 500 }, (_, index) => named(`b${index}`)));
    expect(write).toHaveBeenCalledTimes(1);
    // once to find the existing names, once for the new plan
    expect(list).toHaveBeenCalledTimes(2);
    expect((await bookend.bindings.list()).length).toBe(500);
  });

  test("requires a store that can be written", async () => {
    const { list, subscribe } = memoryBindings();
    const { bindings } = createBookend({ handlers: [handler], bindings: { list, subscribe } });
    await expect(bindings.import([valid])).rejects.toMatchObject({ code: "BINDINGS_READ_ONLY" });
  });
});

describe("changing several bindings", () => {
  const of = (...given: readonly string[]) => bookendWith(...given.map((name) => ({ ...valid, name })));

  test("reports a name that another binding has, or will get, as a problem of the binding", async () => {
    const { bindings } = of("a", "b", "c");
    const taken = (id: number) => ({
      code: "BINDING_INVALID",
      problems: [{ code: "NAME_TAKEN", field: `binding ${id}: name` }],
    });
    await expect(bindings.changeAll([{ id: 2, changes: { name: "a" } }])).rejects.toMatchObject(taken(2));
    await expect(
      bindings.changeAll([
        { id: 1, changes: { ordering: 1 } },
        { id: 2, changes: { name: "new" } },
        { id: 3, changes: { name: "new" } },
      ]),
    ).rejects.toMatchObject({ problems: [{ field: "binding 2: name" }, { field: "binding 3: name" }] });
    expect((await bindings.list()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
    // a binding that is removed or renamed frees its name
    await bindings.changeAll([
      { id: 1, changes: "remove" },
      { id: 2, changes: { name: "a" } },
      { id: 3, changes: { name: "b" } },
    ]);
    expect((await bindings.list()).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("refuses a name that another process takes in the meantime in the same way", async () => {
    const inner = memoryBindings([valid]);
    const other = () => inner.write([{ kind: "insert", binding: { ...complete, name: "new" } }]);
    const { bindings } = bookendOn(overtaken(inner, 1, other));
    await expect(bindings.changeAll([{ id: 1, changes: { name: "new" } }])).rejects.toMatchObject({
      problems: [{ code: "NAME_TAKEN", field: "binding 1: name" }],
    });
  });

  test("reports a binding that is named twice as repeated, not as missing", async () => {
    const { bindings } = of("a");
    const edit = { id: 1, changes: { active: false } };
    await expect(bindings.changeAll([edit, edit])).rejects.toMatchObject({
      code: "BINDING_INVALID",
      message: "id: binding 1 is named twice. Allowed: each binding once.",
    });
    await expect(bindings.changeAll([{ ...edit, id: 9 }])).rejects.toMatchObject({ code: "BINDING_NOT_FOUND" });
  });
});

test("refuses to restore a removed binding if a revision is given, and restores it otherwise", async () => {
  const { bindings } = bookendWith(valid);
  await bindings.update(1, { ordering: 1 });
  const entry = (await bindings.history?.page({ page: 1, pageSize: 1 }))?.entries[0]?.entry ?? 0;
  await bindings.remove(1);
  await expect(bindings.restore(1, { entry, revision: 2 })).rejects.toMatchObject({ code: "BINDING_NOT_FOUND" });
  expect(await bindings.list()).toEqual([]);
  expect(await bindings.restore(1, { entry })).toMatchObject({ id: 1, ordering: 1 });
});
