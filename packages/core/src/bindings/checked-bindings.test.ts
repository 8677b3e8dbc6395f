import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createBookend } from "../create-bookend.js";
import { defineHandler } from "../definitions/handler.js";
import { memoryBindings } from "./memory-bindings.js";

const handler = defineHandler({
  id: "Test",
  description: "Does nothing.",
  positions: ["post"],
  actions: { nothing: { description: "Nothing.", options: z.strictObject({}), run: () => undefined } },
});
const valid = { name: "valid", events: ["x"], handler: "Test", action: "nothing" };
const invalid = { ...valid, name: "invalid", conditions: { client_ip: "everywhere" } };
const bookendWith = (...bindings: (typeof valid)[]) =>
  createBookend({ handlers: [handler], bindings: memoryBindings(bindings) });

describe("bindings.import", () => {
  test("adds bindings in their order, and keeps what is invalid, switched off", async () => {
    const { bindings } = bookendWith({ ...valid, name: "old" });
    const imported = await bindings.import([invalid, { ...valid, active: false }, valid]);
    expect(imported).toMatchObject([
      { binding: { id: 2, active: false }, problems: [{ field: "conditions.client_ip" }] },
      { binding: { id: 3, active: false }, problems: [] },
      { binding: { id: 4, active: true }, problems: [] },
    ]);
    expect((await bindings.list()).map(({ name }) => name)).toEqual(["old", "invalid", "valid", "valid"]);
  });

  test("replaces all others where it is told to", async () => {
    const { bindings } = bookendWith({ ...valid, name: "old" });
    await bindings.import([valid], { replace: true });
    expect(await bindings.list()).toMatchObject([{ id: 2, name: "valid" }]);
  });

  test("changes nothing if the fields of one are wrong", async () => {
    const { bindings } = bookendWith({ ...valid, name: "old" });
    await expect(bindings.import([valid, { ...valid, events: [] }], { replace: true })).rejects.toMatchObject({
      code: "BINDING_INVALID",
      problems: [{ field: "binding 2: events", message: expect.stringMatching(/^binding 2: events is \[\]/) }],
    });
    expect(await bindings.list()).toMatchObject([{ name: "old" }]);
  });

  test("needs a store that can be written", async () => {
    const { list, subscribe } = memoryBindings();
    const { bindings } = createBookend({ handlers: [handler], bindings: { list, subscribe } });
    await expect(bindings.import([valid])).rejects.toMatchObject({ code: "BINDINGS_READ_ONLY" });
  });
});
