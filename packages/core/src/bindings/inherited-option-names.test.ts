import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createBookend, createCall, defineHandler, memoryBindings } from "../index.js";

const options = z.strictObject({
  title: z.string(),
  constructor: z.string().optional(),
  toString: z.string().optional(),
  inner: z.strictObject({ valueOf: z.number().optional() }).optional(),
});

function started() {
  const seen: unknown[] = [];
  const handler = defineHandler({
    id: "Odd",
    description: "",
    positions: ["post"],
    actions: { act: { description: "", options, run: ({ options: given }) => void seen.push(given) } },
  });
  const bookend = createBookend({ handlers: [handler], bindings: memoryBindings(), events: ["pay"] });
  onTestFinished(() => bookend.close());
  const add = (given: object) =>
    bookend.bindings.add({ name: "One", events: ["pay"], handler: "Odd", action: "act", options: { ...given } });
  return { bookend, add, seen };
}

describe("options whose names every object inherits", () => {
  it.each([
    [{ title: "t" }],
    [{ title: "t", inner: {} }],
    [{ title: "t", constructor: "c", toString: "s", inner: { valueOf: 1 } }],
  ])("reach the action only if the binding sets them: %j", async (given) => {
    const { bookend, add, seen } = started();
    await add(given);
    await bookend.handle(createCall({ event: "pay" }), () => ({ status: 200, body: {} }));
    expect(seen.map((one) => JSON.stringify(one))).toEqual([JSON.stringify(given)]);
  });

  it("are refused if their type is wrong", async () => {
    const { add } = started();
    await expect(add({ title: "t", constructor: 1 })).rejects.toMatchObject({
      problems: [{ field: "options.constructor", value: 1 }],
    });
  });

  it("are unknown to actions that do not define them", async () => {
    const { add } = started();
    await expect(add(JSON.parse('{"title":"t","__proto__":"p"}'))).rejects.toMatchObject({
      problems: [{ field: "options.__proto__", code: "UNKNOWN_OPTION" }],
    });
  });
});

it.each([z.object({ ["__proto__"]: z.string() }), z.object({ inner: z.object({ ["__proto__"]: z.string() }) })])(
  "a field named __proto__ is refused when the handler is registered",
  (schema) => {
    const act = { description: "", options: schema, run: () => undefined };
    const handler = { id: "Odd", description: "", positions: ["post"], actions: { act } };
    expect(() => createBookend({ handlers: [handler as never], bindings: memoryBindings() })).toThrow(
      "handlers.Odd.actions.act.options: the value of a field named __proto__ would be lost. Allowed: any other name.",
    );
  },
);
