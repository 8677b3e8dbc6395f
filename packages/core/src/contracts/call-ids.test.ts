import { expect, it } from "vitest";
import { createCall } from "./call.js";
import { createDeliveryId } from "./delivery.js";

it.each([
  ["calls", () => createCall({ event: "e" }).id],
  ["deliveries", () => createDeliveryId().replace(/^dlv_/, "")],
])("ids of %s are in the order of their creation, so that an index of them grows at its end", (_, create) => {
  const ids = Array.from({ length: 1_000 }, create);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
