import { type Binding, type Delivery, type JsonValue, memoryAudit, memoryBindings, type Sender } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { auditSinkTests, bindingStoreTests, type OpenedOutbox, outboxTests } from "../src/index.js";

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
});
