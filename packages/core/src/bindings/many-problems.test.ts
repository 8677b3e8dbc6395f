import { expect, test } from "vitest";
import { z } from "zod";
import { type BindingInput, createBookend, defineHandler, memoryBindings, type Problem } from "../index.js";

const warning: Problem = { severity: "warning", code: "OPTION_INVALID", field: "options.list", message: "unusual" };
const handler = defineHandler({
  id: "Lists",
  description: "Has lists.",
  positions: ["post"],
  actions: {
    list: {
      description: "Accepts a list.",
      options: z.strictObject({
        list: z.array(z.enum(["a", "b"])).optional(),
        secrets: z.record(z.string(), z.string()).meta({ "x-secret": true }).optional(),
      }),
      check: () => [...Array.from({ length: 1_000 }, () => warning), { ...warning, severity: "error" }],
      run: () => undefined,
    },
  },
});
const bookend = createBookend({ handlers: [handler], bindings: memoryBindings() });

const numbered = <T>(value: (i: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`name_${i}`, value(i)]));
const given = (more: Partial<BindingInput>): BindingInput => ({
  name: "b",
  events: ["e"],
  handler: "Lists",
  action: "list",
  ...more,
});

test.each<[string, Partial<BindingInput>, string]>([
  ["conditions that do not exist", { conditions: numbered(() => "x") }, "UNKNOWN_CONDITION"],
  ["options that do not exist", { options: numbered(() => "x") }, "UNKNOWN_OPTION"],
  [
    "list entries that a schema refuses, next to as many secrets,",
    { options: { list: Object.values(numbered(String)), secrets: numbered((i) => `secret ${i}`) } },
    "OPTION_INVALID",
  ],
])("the first 20 of 2,000 %s are reported", async (_, wrong, code) => {
  const found = await bookend.check(given(wrong));
  expect(found.filter((problem) => problem.code === code)).toHaveLength(20);
  await expect(bookend.bindings.add(given(wrong))).rejects.toMatchObject({ code: "BINDING_INVALID" });
});

test("the first 20 errors and the first 20 warnings of an action's check are reported", async () => {
  const found = await bookend.check(given({}));
  expect(found.map(({ severity }) => severity)).toEqual(["error", ...Array(20).fill("warning")]);
});

test("for a refused import of 300 invalid bindings, the first 100 problems are reported and the others counted", async () => {
  const wrong = Array.from({ length: 300 }, (_, n) => given({ name: `b${n}`, ordering: 0.5 }));
  const error: unknown = await bookend.bindings.import(wrong).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "BINDING_INVALID", omitted: 200 });
  expect(error).toHaveProperty("problems.length", 100);
  expect(error).toHaveProperty("problems.99.field", "binding 100: ordering");
  expect((error as Error).message).toMatch(/ 200 more problems are not listed\.$/);
});
