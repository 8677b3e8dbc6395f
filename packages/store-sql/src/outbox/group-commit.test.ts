import { expect, it } from "vitest";
import { StoreError } from "../errors.js";
import { groupCommit } from "./group-commit.js";

it("writes each item separately if writing them together fails, so that only the faulty one fails", async () => {
  const written: number[] = [];
  const submit = groupCommit<number>(async (items) => {
    if (items.includes(2)) throw new Error("no");
    written.push(...items);
  }, 10);
  const ended = await Promise.allSettled([1, 2, 3].map(submit));
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(written).toEqual([1, 3]);
});

it.each(["DATABASE_UNAVAILABLE", "DATABASE_TIMEOUT"] as const)(
  "rejects all items with %s, and does not write each separately",
  async (code) => {
    let writes = 0;
    const submit = groupCommit<number>(async () => {
      writes += 1;
      throw new StoreError(code, "away");
    }, 10);
    const ended = await Promise.allSettled([1, 2, 3].map(submit));
    expect(ended.every((one) => one.status === "rejected" && one.reason.code === code)).toBe(true);
    expect(writes).toBe(1);
  },
);

it("writes each item separately if one takes too long, and rejects the rest once two in a row do", async () => {
  const slow = new Set([2, 4, 5]);
  const tried: (readonly number[])[] = [];
  const submit = groupCommit<number>(async (items) => {
    tried.push(items);
    if (items.some((item) => slow.has(item))) throw new StoreError("STATEMENT_TIMEOUT", "slow");
  }, 10);
  const ended = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(submit));
  const [done, late] = ["fulfilled", "rejected"];
  expect(ended.map(({ status }) => status)).toEqual([done, late, done, late, late, late]);
  expect(tried).toEqual([[1, 2, 3, 4, 5, 6], [1], [2], [3], [4], [5]]);
});
