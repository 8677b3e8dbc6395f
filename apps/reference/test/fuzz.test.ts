import { fuzzRuns } from "@bookend/test-kit/hostile";
import { expect, it } from "vitest";
import { fuzzApp } from "./fuzz.js";

it("responds to random requests, with random bindings at every event, without a fault", async () => {
  const { faults, auditOk, bindings, statuses } = await fuzzApp({ runs: fuzzRuns(400), seed: 6 });
  expect(faults).toEqual({});
  expect(auditOk).toBe(true);
  // if nearly all bindings and requests were refused, the test would prove nothing
  expect(bindings.accepted).toBeGreaterThan(bindings.tried / 10);
  expect(statuses[200]).toBeGreaterThan(10);
  // BOOKEND_FUZZ_RUNS can ask for a long run
}, 3_600_000);
