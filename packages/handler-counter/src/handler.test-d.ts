import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { counter, memoryCounters } from "./index.js";

it("requires a store", () => {
  expectTypeOf(counter({ counters: memoryCounters() })).toEqualTypeOf<Handler>();
  // @ts-expect-error counters are missing
  counter({});
});
