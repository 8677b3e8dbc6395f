import { chooser } from "@bookend/test-kit/chooser";
import { expect, test } from "vitest";
import { z } from "zod";
import { memoryBindings } from "../bindings/memory-bindings.js";
import type { Binding, BindingInput } from "../contracts/binding.js";
import { completeBinding } from "../contracts/binding.js";
import type { BindingChange, BindingDelta, WritableBindingStore } from "../contracts/binding-store.js";
import { createCall } from "../contracts/call.js";
import { createBookend } from "../create-bookend.js";
import { defineHandler } from "../definitions/handler.js";

/** Creates a store that reports changes, and records the revisions that it is asked for. */
function storeWithChanges(initial: readonly BindingInput[]) {
  const inner = memoryBindings(initial);
  const log: (readonly number[])[] = [];
  const asked: { readonly since: string | undefined; readonly delta: BindingDelta }[] = [];
  let forgets = false;
  const store: WritableBindingStore = {
    ...inner,
    list: () => {
      throw new Error("all bindings were read");
    },
    changes(since) {
      const complete = since === undefined || forgets;
      const ids = complete ? [] : [...new Set(log.slice(Number(since)).flat())];
      const found = ids.map((id) => [id, inner.get(id) as Binding | undefined] as const);
      const delta = {
        revision: String(log.length),
        complete,
        bindings: complete ? (inner.list() as readonly Binding[]) : found.flatMap(([, binding]) => binding ?? []),
        removed: found.flatMap(([id, binding]) => (binding ? [] : [id])),
      };
      asked.push({ since, delta });
      forgets = false;
      return delta;
    },
    write(changes) {
      const gone = changes.flatMap((change) => (change.kind === "insert" ? [] : [change.id]));
      const at = log.push([]) - 1;
      const written = inner.write(changes) as readonly Binding[];
      log[at] = [...gone, ...written.map(({ id }) => id)];
      return written;
    },
    subscribe: inner.subscribe,
  };
  const forget = () => {
    forgets = true;
  };
  return { store, asked, forget };
}

/** Creates a server that reports which bindings ran, in order. */
function hostOn(bindings: WritableBindingStore) {
  let ran: number[] = [];
  const bookend = createBookend({
    handlers: [
      defineHandler({
        id: "Test",
        description: "Tells.",
        positions: ["pre", "post"],
        actions: {
          tell: {
            description: "Tells.",
            options: z.strictObject({}),
            run: ({ binding }) => void ran.push(binding.id),
          },
        },
      }),
    ],
    bindings,
  });
  const run = async (event: string, clientIp: string) => {
    ran = [];
    await bookend.handle(createCall({ event, request: { clientIp } }), () => ({ status: 200, body: {} }));
    return ran;
  };
  return { bookend, run };
}

const events = ["a", "b", "c", "d"];
const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

test("a plan that follows changes runs the same bindings as a new plan, in the same order", async () => {
  const { next, pick } = chooser(5);
  let named = 0;
  const random = (): BindingInput => ({
    name: `n${named++}`,
    events: events.filter(() => next() < 0.4).concat(pick(events)),
    position: pick(["pre", "post"]),
    ordering: pick([0, 0, 1, 1, -5, 7]),
    active: next() < 0.8,
    handler: "Test",
    action: next() < 0.9 ? "tell" : "absent",
    conditions: next() < 0.7 ? { client_ip: pick(addresses) } : {},
  });
  const { store, asked } = storeWithChanges(Array.from({ length: 60 }, random));
  const followed = hostOn(store);
  await followed.bookend.ready();
  for (let round = 0; round < 120; round++) {
    const all = (await followed.bookend.bindings.list()) as readonly Binding[];
    const touched = new Set<number>();
    const changes: BindingChange[] = Array.from({ length: pick([1, 1, 2, 5]) }, (): BindingChange => {
      const target = pick(all);
      if (next() < 0.3 || target === undefined || touched.has(target.id)) {
        return { kind: "insert", binding: completeBinding(random()) };
      }
      touched.add(target.id);
      const { id, revision } = target;
      if (next() < 0.3) return { kind: "remove", id };
      return { kind: "update", id, revision, binding: completeBinding(random()) };
    });
    await store.write(changes);
    await followed.bookend.reload();
    const current = (await followed.bookend.bindings.list()) as readonly Binding[];
    // the ids differ, so bindings are compared by name
    const fresh = hostOn(memoryBindings(current));
    const freshIds = new Map((await fresh.bookend.bindings.list()).map(({ id, name }) => [name, id]));
    const idOf = new Map(current.map(({ id, name }) => [freshIds.get(name) ?? 0, id]));
    for (const event of events) {
      for (const address of addresses) {
        const expected = (await fresh.run(event, address)).map((id) => idOf.get(id));
        expect(await followed.run(event, address), `${round} ${event} ${address}`).toEqual(expected);
      }
    }
  }
  expect(asked.filter(({ delta }) => delta.complete)).toHaveLength(1);
  await followed.bookend.close();
});

test("all bindings are read if the store no longer knows what changed", async () => {
  const binding = { name: "one", events: ["a"], handler: "Test", action: "tell" };
  const { store, asked, forget } = storeWithChanges([binding]);
  const { bookend, run } = hostOn(store);
  await bookend.ready();
  forget();
  await bookend.bindings.add({ ...binding, name: "two" });
  expect(await run("a", "")).toEqual([1, 2]);
  await bookend.bindings.remove(1);
  expect(await run("a", "")).toEqual([2]);
  expect(asked.filter(({ delta }) => delta.complete)).toHaveLength(2);
  await bookend.close();
});
