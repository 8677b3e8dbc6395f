import { expect, it } from "vitest";
import { createTurns } from "./turns.js";

it("gives turns in order, and none at once while somebody waits", async () => {
  const turns = createTurns();
  const had: string[] = [];
  expect(turns.takeNow()).toBe(true);
  expect(turns.takeNow()).toBe(false);
  const first = turns.take().then(() => had.push("first"));
  const second = turns.take().then(() => had.push("second"));
  turns.give();
  await first;
  expect(turns.takeNow()).toBe(false);
  turns.give();
  await second;
  expect(had).toEqual(["first", "second"]);
  turns.give();
  expect(turns.takeNow()).toBe(true);
});
