import { expect, it } from "vitest";
import { createCall } from "./call.js";

it("creates ids whose order is that of the calls, so that an index of them grows at its end", () => {
  const ids = Array.from({ length: 1_000 }, () => createCall({ event: "e" }).id);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
