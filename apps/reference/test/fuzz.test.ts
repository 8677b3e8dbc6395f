import { fuzzRuns } from "@bookend/test-kit/hostile";
import { expect, it } from "vitest";
import { fuzzApp } from "./fuzz.js";

it("responds to random requests, with random bindings at every event, without a fault", async () => {
  const { faults, auditOk, bindings, statuses } = await fuzzApp({ runs: fuzzRuns(400), seed: 6 });
  expect(faults).toEqual({});
  expect(auditOk).toBe(true);
  // the requests reach the code that they target
  expect(bindings.accepted).toBeGreaterThan(bindings.tried / 10);
  expect(statuses[200]).toBeGreaterThan(10);
  // a long run needs its time
}, 3_600_000);
