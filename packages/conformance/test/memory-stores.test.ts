import {
  type Binding,
  type BindingDelta,
  type BindingHistory,
  type Delivery,
  type HistoryEntry,
  type JsonValue,
  memoryAudit,
  memoryBindings,
  type Sender,
} from "@bookend/core";
import { describe, expect, it } from "vitest";
import {
  auditSinkTests,
  bindingStoreTests,
  type OpenedBindings,
  type OpenedOutbox,
  outboxTests,
} from "../src/index.js";

describe("memoryBindings passes the suite of bindings", () => {
  for (const { name, run } of bindingStoreTests(() => ({ bindings: memoryBindings() }))) it(name, run);
});

describe("memoryAudit passes the suite of audit sinks", () => {
  const open = () => {
    const audit = memoryAudit();
    return { audit, read: () => [...audit.entries, ...audit.calls] };
  };
  for (const { name, run } of auditSinkTests(open)) it(name, run);
});

/** Sends submitted deliveries when the test asks for it, and retries until each is sent or failed permanently. */
function queue(change: Partial<Record<"twice" | "forever" | "renames", boolean>> = {}): OpenedOutbox {
  const waiting: [Delivery, Sender<JsonValue>][] = [];
  return {
    outbox: {
      submit(delivery, { kind }) {
        waiting.push([delivery, kind.send]);
        if (change.twice) waiting.push([delivery, kind.send]);
        return { status: "done" };
      },
    },
    async settle() {
      for (const [delivery, send] of waiting.splice(0)) {
        for (let attempt = 1; attempt <= 3; attempt += 1) {
          const signal = new AbortController().signal;
          const result = await Promise.resolve()
            .then(() =>
              send(change.renames && attempt > 1 ? { ...delivery, id: `${delivery.id}-${attempt}` } : delivery, {
                signal,
                attempt,
              }),
            )
            .catch(() => ({ status: "failed", reason: "thrown" }) as const);
          if (result.status === "sent" || ("permanent" in result && result.permanent && !change.forever)) break;
        }
      }
    },
  };
}

describe("an outbox", () => {
  for (const { name, run } of outboxTests(() => queue())) it(name, run);

  it.each([
    ["sends everything twice", "sends each of a hundred concurrent submissions once", { twice: true }],
    ["gives each attempt a different id", "keeps the same id in all attempts of a delivery", { renames: true }],
    ["tries forever", "does not retry a permanent failure", { forever: true }],
  ] as const)("that %s is found by: %s", async (_fault, foundBy, change) => {
    const test = outboxTests(() => queue(change)).find(({ name }) => name === foundBy);
    await expect(test?.run()).rejects.toThrow();
  });
});

describe("a store of bindings", () => {
  it.each([
    ["ignores revisions", "lets only one of several writers of the same revision succeed"],
    [
      "notifies no listener",
      "notifies each listener once of a write, before the write resolves, and not after it has unsubscribed",
    ],
  ])("that %s is found by: %s", async (fault, foundBy) => {
    const open = () => {
      const store = memoryBindings();
      const bindings = {
        list: () => store.list(),
        get: (id: number) => store.get(id),
        subscribe:
          fault === "notifies no listener"
            ? () => () => undefined
            : (listener: () => void) => store.subscribe(listener),
        write: async (changes: Parameters<typeof store.write>[0]): Promise<readonly Binding[]> => {
          if (fault !== "ignores revisions") return store.write(changes);
          const [change] = changes;
          if (change?.kind !== "update") return store.write(changes);
          const { revision = 0 } = (await store.get(change.id)) ?? {};
          return Promise.resolve()
            .then(() => store.write([{ ...change, revision }]))
            .catch(() => bindings.write(changes));
        },
      };
      return { bindings };
    };
    const test = bindingStoreTests(open).find(({ name }) => name === foundBy);
    await expect(test?.run()).rejects.toThrow();
  });

  const ofChanges = "returns the changes since any earlier revision, if it has the method changes";
  const ofHistory = "keeps a history of changes, newest first, if it has a history";
  /** Creates a store whose deltas are those of a sound store, unless `change` changes them. */
  const following = (change: (delta: BindingDelta, since: string | undefined) => BindingDelta) => {
    const { history, ...store } = memoryBindings();
    const deltas: ReadonlyMap<number, Binding>[] = [];
    const changes = async (since?: string): Promise<BindingDelta> => {
      const now = new Map((await store.list()).map((binding) => [binding.id, binding]));
      const known = since === undefined ? undefined : deltas[Number(since)];
      const bindings = [...now.values()].filter((binding) => known?.get(binding.id) !== binding);
      const removed = [...(known?.keys() ?? [])].filter((id) => !now.has(id));
      const revision = String(deltas.push(now) - 1);
      return change({ revision, complete: known === undefined, bindings, removed }, since);
    };
    return { bindings: { ...store, changes } };
  };
  const remembering = (change: (entry: HistoryEntry) => HistoryEntry) => {
    const store = memoryBindings();
    const { history } = store;
    const page: BindingHistory["page"] = async (query) => {
      const found = await history?.page(query);
      return { count: found?.count ?? 0, entries: (found?.entries ?? []).map(change) };
    };
    return {
      bindings: { ...store, history: { page, change: async (...of: [number, number]) => history?.change(...of) } },
    };
  };

  it("passes if it has `changes`", async () => {
    const test = bindingStoreTests(() => following((delta) => delta)).find(({ name }) => name === ofChanges);
    await test?.run();
    expect(test).toBeDefined();
  });

  it.each<[string, string, () => OpenedBindings]>([
    ["omits removals", ofChanges, () => following((delta) => ({ ...delta, removed: [] }))],
    [
      "repeats changes",
      ofChanges,
      () => following((delta, since) => (since === "2" ? { ...delta, removed: [1] } : delta)),
    ],
    [
      "treats an unknown revision as the newest",
      ofChanges,
      () =>
        following((delta, since) => (since?.startsWith("a ") ? { ...delta, complete: false, bindings: [] } : delta)),
    ],
    [
      "loses the state before a change",
      ofHistory,
      () => remembering((entry) => ({ ...entry, bindings: entry.bindings.map((one) => ({ ...one, before: null })) })),
    ],
    ["loses the actor", ofHistory, () => remembering(({ actor: _, ...entry }) => entry)],
  ])("that %s is found by: %s", async (_fault, foundBy, open) => {
    const test = bindingStoreTests(open).find(({ name }) => name === foundBy);
    await expect(test?.run()).rejects.toThrow();
  });
});
