import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import {
  type Binding,
  type BindingDelta,
  type BindingInput,
  completeBinding,
  type HistoryQuery,
  type NewBinding,
  type WritableBindingStore,
} from "@bookend/core";
import type { ConformanceTest } from "../conformance-test.js";
import { inTime } from "../deadline.js";
import { type Opened, storeTests } from "./store-tests.js";

/** An empty store of bindings, and a function that closes it. */
export type OpenedBindings = Opened<{ readonly bindings: WritableBindingStore }>;

/** Returns the tests of a store of bindings. `open` creates an empty store for each test. */
export function bindingStoreTests(open: () => Promise<OpenedBindings> | OpenedBindings): readonly ConformanceTest[] {
  return storeTests(open, {
    "begins empty": async ({ bindings }) => {
      deepEqual(await bindings.list(), []);
      equal(await bindings.get(1), undefined);
      deepEqual(await bindings.write([]), []);
    },
    "keeps every field of a binding": async ({ bindings }) => {
      const inserted = await insert(bindings, full, completeBinding(minimal("second")), {
        ...completeBinding(minimal("third")),
        abortOnError: false,
      });
      deepEqual(
        inserted.map(({ id, revision, ...rest }) => [revision, rest]),
        [
          [1, full],
          [1, completeBinding(minimal("second"))],
          [1, { ...completeBinding(minimal("third")), abortOnError: false }],
        ],
      );
      equal(new Set(inserted.map(({ id }) => id)).size, 3, "two bindings have the same id");
      deepEqual(byId(await bindings.list()), byId(inserted));
      for (const binding of inserted) deepEqual(await bindings.get(binding.id), binding);
    },
    "returns what was updated and inserted, in the order of the changes": async ({ bindings }) => {
      const [first] = await insert(bindings, completeBinding(minimal("first")));
      const changed = { ...completeBinding(minimal("first")), ordering: 7 };
      const written = await bindings.write([
        { kind: "insert", binding: completeBinding(minimal("b")) },
        { kind: "update", id: idOf(first), revision: 1, binding: changed },
        { kind: "insert", binding: completeBinding(minimal("a")) },
      ]);
      deepEqual(
        written.map(({ name, revision }) => [name, revision]),
        [
          ["b", 1],
          ["first", 2],
          ["a", 1],
        ],
      );
      deepEqual(await bindings.get(idOf(first)), { ...changed, id: idOf(first), revision: 2 });
    },
    "does not reuse the id of a removed binding": async ({ bindings }) => {
      const [first] = await insert(bindings, completeBinding(minimal("first")));
      deepEqual(await bindings.write([{ kind: "remove", id: idOf(first) }]), []);
      equal(await bindings.get(idOf(first)), undefined);
      const [second] = await insert(bindings, completeBinding(minimal("first")));
      ok(idOf(second) > idOf(first), "the id of a removed binding was used again");
    },
    "refuses changes with the code of the reason, and then changes nothing": async ({ bindings }) => {
      const [a] = await insert(bindings, completeBinding(minimal("a")), completeBinding(minimal("b")));
      const before = byId(await bindings.list());
      const binding = completeBinding(minimal("c"));
      const insertC = { kind: "insert", binding } as const;
      const tries = [
        ["BINDING_NOT_FOUND", { kind: "update", id: 2 ** 31 - 1, revision: 1, binding: completeBinding(minimal("d")) }],
        ["BINDING_NOT_FOUND", { kind: "remove", id: 2 ** 31 - 1 }],
        ["BINDING_CHANGED", { kind: "update", id: idOf(a), revision: 2, binding: completeBinding(minimal("a")) }],
        ["BINDING_CHANGED", { kind: "remove", id: idOf(a), revision: 7 }],
        ["BINDING_NAME_TAKEN", { kind: "insert", binding: completeBinding(minimal("a")) }],
        ["BINDING_NAME_TAKEN", { kind: "insert", binding }],
        ["BINDING_NAME_TAKEN", { kind: "update", id: idOf(a), revision: 1, binding: completeBinding(minimal("b")) }],
      ] as const;
      for (const [code, change] of tries) {
        await rejects(
          async () => bindings.write([insertC, change]),
          { code },
          `${change.kind} must be refused: ${code}`,
        );
        deepEqual(byId(await bindings.list()), before, `a write that was refused with ${code} changed something`);
      }
    },
    "removes, then updates, then inserts, so that names can move in one write": async ({ bindings }) => {
      const [a, b] = await insert(bindings, completeBinding(minimal("a")), completeBinding(minimal("b")));
      await bindings.write([
        { kind: "update", id: idOf(a), revision: 1, binding: completeBinding(minimal("b")) },
        { kind: "update", id: idOf(b), revision: 1, binding: completeBinding(minimal("a")) },
      ]);
      equal((await bindings.get(idOf(a)))?.name, "b");
      await bindings.write([
        { kind: "insert", binding: completeBinding(minimal("b")) },
        { kind: "remove", id: idOf(a) },
      ]);
      deepEqual((await bindings.list()).map(({ name }) => name).sort(), ["a", "b"]);
    },
    "lets only one of several writers of the same revision succeed": async ({ bindings }) => {
      const [stored] = await insert(bindings, completeBinding(minimal("a")));
      const write = async (ordering: number) =>
        bindings.write([
          { kind: "update", id: idOf(stored), revision: 1, binding: { ...completeBinding(minimal("a")), ordering } },
        ]);
      const results = await Promise.allSettled([1, 2, 3, 4, 5].map(write));
      equal(
        results.filter(({ status }) => status === "fulfilled").length,
        1,
        "several writers of one revision succeeded",
      );
      for (const result of results) {
        if (result.status === "rejected") equal(result.reason?.code, "BINDING_CHANGED");
      }
      equal((await bindings.get(idOf(stored)))?.revision, 2);
    },
    "notifies each listener once of a write, before the write resolves, and not after it has unsubscribed": async ({
      bindings,
    }) => {
      let notified = 0;
      const stop = bindings.subscribe(() => {
        notified += 1;
      });
      await bindings.write([
        { kind: "insert", binding: completeBinding(minimal("a")) },
        { kind: "insert", binding: completeBinding(minimal("b")) },
      ]);
      equal(notified, 1);
      await rejects(async () => bindings.write([{ kind: "remove", id: 2 ** 31 - 1 }]));
      stop();
      stop();
      const after = notified;
      await insert(bindings, completeBinding(minimal("c")));
      equal(notified, after, "a listener that unsubscribed was notified");
    },
    "returns copies, so that a caller's changes are not stored": async ({ bindings }) => {
      const given = { ...completeBinding(minimal("a")), options: { list: ["x"] } };
      const [stored] = await insert(bindings, given);
      given.options.list.push("given");
      for (const one of [stored, await bindings.get(idOf(stored)), (await bindings.list())[0]]) {
        const list = one?.options.list;
        if (Array.isArray(list) && !Object.isFrozen(list)) list.push("returned");
      }
      deepEqual((await bindings.get(idOf(stored)))?.options, { list: ["x"] });
    },
    "keeps a thousand bindings in one write": async ({ bindings }) => {
      const many = Array.from({ length: 1_000 }, (_, index) => completeBinding(minimal(`b${index}`)));
      const written = await inTime(insert(bindings, ...many), "a write of 1,000 bindings", 60_000);
      deepEqual(
        written.map(({ name }) => name),
        many.map(({ name }) => name),
      );
      equal((await bindings.list()).length, 1_000);
    },
    "returns the changes since any earlier revision, if it has the method changes": async ({ bindings }) => {
      if (bindings.changes === undefined) return;
      const since = async (revision?: string): Promise<BindingDelta> => {
        const delta = await bindings.changes?.(revision);
        ok(delta, "changes returned nothing");
        return delta;
      };
      const empty = await since();
      deepEqual([empty.complete, empty.bindings], [true, []]);
      const [a, b, c] = await insert(bindings, ...["a", "b", "c"].map((name) => completeBinding(minimal(name))));
      const inserted = await since(empty.revision);
      await bindings.write([
        { kind: "update", id: idOf(a), revision: 1, binding: { ...completeBinding(minimal("a")), ordering: 7 } },
        { kind: "remove", id: idOf(b) },
      ]);
      const [d] = await insert(bindings, completeBinding(minimal("d")));
      const changed = await since(inserted.revision);
      if (!changed.complete) {
        deepEqual(
          byId(changed.bindings)
            .map(({ id }) => id)
            .sort(),
          [idOf(a), idOf(d)].sort(),
        );
        deepEqual(changed.removed, [idOf(b)]);
      }
      const listed = byId(await bindings.list());
      deepEqual(
        listed.map(({ id }) => id),
        [idOf(a), idOf(c), idOf(d)],
      );
      deepEqual(followed([empty, inserted, changed]), listed, "one delta after the other leads to other bindings");
      deepEqual(followed([empty, await since(empty.revision)]), listed, "a delta from the beginning lacks changes");
      const none = await since(changed.revision);
      if (!none.complete) deepEqual([none.bindings, none.removed], [[], []], "a delta repeats changes");
      deepEqual(followed([empty, inserted, changed, none]), listed);
      const unknown = await since("a revision that the store never returned");
      equal(unknown.complete, true, "an unknown revision must lead to all bindings");
      deepEqual(byId(unknown.bindings), listed);
    },
    "keeps a history of changes, newest first, if it has a history": async ({ bindings }) => {
      const { history } = bindings;
      if (history === undefined) return;
      const page = (query: Partial<HistoryQuery> = {}) => history.page({ page: 1, pageSize: 10, ...query });
      deepEqual(await page(), { entries: [], count: 0 });
      const origin = { operation: "import", actor: { username: "admin", realm: "", role: "admin" }, client: "::1" };
      const [a, b] = await bindings.write(
        ["a", "b"].map((name) => ({ kind: "insert", binding: completeBinding(minimal(name)) }) as const),
        origin,
      );
      const [first] = (await page()).entries;
      ok(first, "a change has no entry");
      const { operation, actor, client, count, bindings: added } = first;
      deepEqual({ operation, actor, client, count }, { ...origin, count: 2 });
      ok(
        first.time instanceof Date && Math.abs(Date.now() - first.time.getTime()) < 86_400_000,
        "an entry has no time",
      );
      const ofA = { id: idOf(a), name: "a", before: null, after: a };
      const ofB = { id: idOf(b), name: "b", before: null, after: b };
      deepEqual(
        [...added].sort((one, other) => one.id - other.id),
        [ofA, ofB],
      );

      const changed = { ...completeBinding(minimal("c")), ordering: 7 };
      const [updated] = await bindings.write([{ kind: "update", id: idOf(a), revision: 1, binding: changed }]);
      await bindings.write([{ kind: "remove", id: idOf(b) }]);
      await rejects(async () => bindings.write([{ kind: "remove", id: idOf(b) }]));
      const all = await page();
      equal(all.count, 3, "each write has one entry, and a write that was refused has none");
      deepEqual(
        all.entries.map((one) => one.operation),
        ["delete", "change", "import"],
      );
      const [removal, change] = all.entries;
      ok(removal && change && removal.entry > change.entry && change.entry > first.entry, "entries do not increase");
      const changeOfA = { id: idOf(a), name: "c", before: a, after: updated };
      const changeOfB = { id: idOf(b), name: "b", before: b, after: null };
      deepEqual([change.bindings, removal.bindings], [[changeOfA], [changeOfB]]);

      const second = await page({ page: 2, pageSize: 1 });
      deepEqual([second.count, second.entries.map(({ entry }) => entry)], [3, [change.entry]]);
      const onlyB = await page({ binding: idOf(b) });
      equal(onlyB.count, 2);
      deepEqual(
        onlyB.entries.map((one) => one.bindings),
        [[changeOfB], [ofB]],
      );
      deepEqual(await history.change(change.entry, idOf(a)), changeOfA);
      deepEqual(await history.change(first.entry, idOf(b)), ofB);
      equal(await history.change(change.entry, idOf(b)), undefined, "an entry did not change that binding");
      equal(await history.change(removal.entry + 1_000, idOf(a)), undefined, "there is no such entry");
    },
  });
}

/** Returns the bindings to which deltas lead, by id. */
function followed(deltas: readonly BindingDelta[]): readonly Binding[] {
  const state = new Map<number, Binding>();
  for (const { complete, bindings, removed } of deltas) {
    if (complete) state.clear();
    for (const id of removed) state.delete(id);
    for (const binding of bindings) state.set(binding.id, binding);
  }
  return byId([...state.values()]);
}

const full: NewBinding = {
  name: 'Grüße "🙂"; drop table',
  active: false,
  events: ["token_init", "validate_check"],
  position: "pre",
  ordering: -3,
  handler: "UserNotification",
  action: "sendmail",
  options: { To: "{user}", nested: { list: [1, true, null, 1.5] }, "": "%_*'\\" },
  conditions: { realm: ["a", "b"], user_token_number: ">3" },
  abortOnError: true,
  delivery: "durable",
};

function minimal(name: string): BindingInput {
  return { name, events: ["kit_call"], handler: "Kit", action: "act" };
}

async function insert(bindings: WritableBindingStore, ...inputs: readonly NewBinding[]): Promise<readonly Binding[]> {
  return bindings.write(inputs.map((binding) => ({ kind: "insert", binding })));
}

function idOf(binding: Binding | undefined): number {
  ok(binding, "the store returned no binding");
  return binding.id;
}

function byId(bindings: readonly Binding[]): readonly Binding[] {
  return [...bindings].sort((a, b) => a.id - b.id);
}
