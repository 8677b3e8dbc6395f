import { type BindingInput, createBookend, createCall, memoryAudit, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { type CounterStore, counter, memoryCounters } from "./index.js";

function binding(input: Partial<BindingInput> & { action: string }): BindingInput {
  return { name: input.action, events: ["login"], handler: "Counter", options: { counter_name: "logins" }, ...input };
}

async function login(bindings: readonly BindingInput[], counters: CounterStore, directory = memoryCounters()) {
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [counter({ counters })],
    bindings: memoryBindings(bindings),
    directories: { counters: directory },
    audit,
  });
  await bookend.handle(createCall({ event: "login" }), () => ({ status: 200, body: {} }));
  return audit.entries;
}

describe("counter", () => {
  it("audits the value after an increase and a decrease", async () => {
    const entries = await login(
      [binding({ action: "increase_counter" }), binding({ action: "decrease_counter" })],
      memoryCounters({ logins: 41 }),
    );
    expect(entries.map(({ details }) => details)).toEqual([{ value: 42 }, { value: 41 }]);
  });

  it("lets the next binding's condition see its change", async () => {
    const counters = memoryCounters();
    const increaseFromZero = binding({ action: "increase_counter", conditions: { counter: "logins==0" } });
    const resetFromOne = binding({ action: "reset_counter", conditions: { counter: "logins==1" } });
    const entries = await login([increaseFromZero, resetFromOne], counters, counters);
    expect(entries.map(({ handlerAction }) => handlerAction)).toEqual(["increase_counter", "reset_counter"]);
  });

  it("waits for an asynchronous store", async () => {
    const counters = memoryCounters();
    const later: CounterStore = {
      add: async (name, by) => counters.add(name, by),
      decrease: async (name, options) => counters.decrease(name, options),
      reset: async (name) => counters.reset(name),
    };
    const actions = ["increase_counter", "increase_counter", "decrease_counter"].map((action) => binding({ action }));
    await login(actions, later);
    expect(counters.value("logins")).toBe(1);
    await login([binding({ action: "reset_counter" })], later);
    expect(counters.value("logins")).toBe(0);
  });

  it("counts both before and after the call", async () => {
    const counters = memoryCounters();
    const increase = binding({ action: "increase_counter" });
    const entries = await login([{ ...increase, position: "pre" }, increase], counters);
    expect(entries.map(({ position }) => position)).toEqual(["pre", "post"]);
    expect(counters.value("logins")).toBe(2);
  });
});
