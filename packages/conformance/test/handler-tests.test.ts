import { describe, expect, it } from "vitest";
import { handlerTests, startHttpPeer } from "../src/index.js";
import { plantedFaults } from "./planted-faults.js";
import { type SampleOptions, sampleHandler } from "./sample-handler.js";

const token = "kit-canary-token-4711";

function testsOf(make: (options: SampleOptions) => ReturnType<typeof sampleHandler>) {
  return handlerTests(({ http }) => make({ url: http.url, token }), {
    peers: { http: startHttpPeer },
    actions: {
      post_note: [
        {
          options: { channel: "ops", text: "{user} called", password: "kit-canary-password", labels: ["a"] },
          conditions: { note_size: "small" },
        },
        { options: { channel: "audit", text: "{pin}" }, outcome: "failed", call: { request: { parameters: {} } } },
      ],
    },
    secrets: [token],
  });
}

describe("a correct handler", () => {
  for (const { name, run } of testsOf(sampleHandler)) it(name, run);
});

describe("a planted fault", () => {
  it.each(plantedFaults)("$fault is found by: $foundBy", async ({ foundBy, make }) => {
    const test = testsOf(make).find(({ name }) => name === foundBy);
    if (!test) expect.unreachable(`no test is called ${foundBy}`);
    await expect(test.run()).rejects.toThrow();
  });

  it("exists for each test of the kit that needs no README", () => {
    const found = new Set(plantedFaults.map(({ foundBy }) => foundBy));
    const never = testsOf(sampleHandler).filter(({ name }) => !found.has(name));
    expect(never.map(({ name }) => name)).toEqual([]);
  });
});
