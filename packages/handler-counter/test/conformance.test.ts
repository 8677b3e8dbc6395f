import { counterStoreTests, handlerTests } from "@bookend/conformance";
import { describe, it } from "vitest";
import { counter, memoryCounters } from "../src/index.js";

const tests = handlerTests(() => counter({ counters: memoryCounters() }), {
  actions: {
    increase_counter: { options: { counter_name: "logins" } },
    decrease_counter: { options: { counter_name: "logins", allow_negative_values: true } },
    reset_counter: { options: { counter_name: "logins" } },
  },
  readme: new URL("../README.md", import.meta.url),
  nodeArguments: ["--conditions=@bookend/source", "--import=tsx"],
});

describe("memoryCounters passes the conformance kit", () => {
  for (const { name, run } of counterStoreTests(() => ({ counters: memoryCounters() }))) it(name, run);
});

describe("counter passes the conformance kit", () => {
  for (const { name, run } of tests) it(name, run);
});
