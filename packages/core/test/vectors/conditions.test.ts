import { readFileSync } from "node:fs";
import { probe, type RecordedState, worldOf } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { type BindingInput, BindingInvalidError, createBookend, memoryBindings } from "../../src/index.js";
import { watched } from "./watched.js";

/** A case recorded from a running privacyIDEA, with the result that this project expects. */
interface ConditionCase {
  readonly id: number;
  readonly condition: string;
  readonly value: unknown;
  readonly state: RecordedState;
  readonly expect: boolean | "refused";
  readonly privacyidea?: unknown;
  readonly deviation?: number;
  readonly note?: string;
}

const cases = readCases();

/** Number of bindings of one event that share a condition, from which the plan looks them up by it. */
const manyBindings = 8;

describe("recorded condition cases", () => {
  it("are complete", () => {
    expect(cases).toHaveLength(683);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(683);
  });

  for (const one of cases) {
    it(`${one.id}: ${one.condition} ${JSON.stringify(one.value)} is ${one.expect}`, async () => {
      expect(await answerOf(one)).toBe(one.expect);
      if (one.expect === "refused") return;
      expect(await answerOf(one, { answer: "later" })).toBe(one.expect);
      expect(await answerOf(one, { bindings: manyBindings })).toBe(one.expect);
    });
  }
});

describe("recorded users", () => {
  it("have the attributes that the recording server saw", async () => {
    const resolved = cases.map(({ state }) => state).filter(({ resolved_user }) => resolved_user);
    expect(resolved.length).toBeGreaterThan(0);
    for (const state of resolved) {
      const { info, ...user } = state.resolved_user as NonNullable<RecordedState["resolved_user"]>;
      const { cryptpass, ...attributes } = info;
      expect(await worldOf(state).directories.users.find(user)).toEqual({ ...user, attributes });
    }
  });
});

/**
 * Returns how a binding with these conditions behaves, as the host of a server sees it: whether it can be saved, and
 * whether it runs. Of several equal bindings, all behave the same.
 */
async function answerOf(
  { condition, value, state }: ConditionCase,
  { bindings = 1, answer = "now" }: { readonly bindings?: number; readonly answer?: "now" | "later" } = {},
): Promise<ConditionCase["expect"]> {
  const world = worldOf(state);
  let runs = 0;
  const handler = probe({
    run: () => {
      runs++;
    },
  });
  const conditions = (condition === "*multiple*" ? value : { [condition]: value }) as Record<string, unknown>;
  const binding: BindingInput = { name: "case", events: ["e"], handler: handler.id, action: "run", conditions };
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(Array(bindings - 1).fill(binding)),
    directories: watched(world.directories, { answer }).directories,
    clock: world.clock,
  });
  try {
    await bookend.bindings.add({ ...binding, name: "last case" });
  } catch (error) {
    expect(error).toBeInstanceOf(BindingInvalidError);
    for (const problem of (error as BindingInvalidError).problems.filter(({ severity }) => severity === "error")) {
      expect(problem.code).toBe("CONDITION_VALUE_INVALID");
      expect(problem.message).toContain(problem.field);
      expect(problem.message).toContain(problem.allowed);
    }
    return "refused";
  }
  const call = world.call("e");
  await bookend.handle(call, () => world.response());
  expect([0, bindings]).toContain(runs);
  const explained = await bookend.explain(call);
  expect(explained.bindings.map(({ wouldRun }) => wouldRun)).toEqual(Array(bindings).fill(runs > 0));
  return runs > 0;
}

function readCases(): readonly ConditionCase[] {
  const file = readFileSync(new URL("./fixtures/conditions.json", import.meta.url), "utf8");
  // values that are equal in all recorded states are stored once
  const { shared, cases } = JSON.parse(file) as { shared: RecordedState; cases: readonly ConditionCase[] };
  return cases.map((one) => ({ ...one, state: { ...shared, ...one.state } }));
}
