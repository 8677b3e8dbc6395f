import { deferred } from "@bookend/test-kit";
import { expect, it } from "vitest";
import { StoreError } from "./errors.js";
import { groupCommit } from "./group-commit.js";

const options = { most: 10, longestWaitMs: 0, patienceMs: 60_000 };

it("writes what arrives in one turn, or while others are being written, together, and returns the result of each", async () => {
  const tried: (readonly number[])[] = [];
  const ends = [deferred<void>(), deferred<void>(), deferred<void>()];
  const submit = groupCommit<number, string>(
    async (items) => {
      tried.push(items);
      await ends[tried.length - 1]?.promise;
      return items.map((item) => `written ${item}`);
    },
    { ...options, most: 3 },
  );
  const first = [1, 2].map(submit);
  await new Promise(setImmediate);
  const later = [3, 4, 5, 6].map(submit);
  expect(tried).toEqual([[1, 2]]);
  for (const { resolve } of ends) resolve();
  expect(await Promise.all([...first, ...later])).toEqual([1, 2, 3, 4, 5, 6].map((item) => `written ${item}`));
  expect(tried).toEqual([[1, 2], [3, 4, 5], [6]]);
});

it("waits for as many items as recent transactions had", async () => {
  const tried: (readonly number[])[] = [];
  const submit = groupCommit<number, number>(
    async (items) => {
      tried.push(items);
      return items;
    },
    { ...options, longestWaitMs: 60_000 },
  );
  await Promise.all([1, 2, 3].map(submit));
  const first = submit(4);
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  expect(tried).toHaveLength(1);
  await Promise.all([first, ...[5, 6].map(submit)]);
  expect(tried).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

it("does not wait for a write that takes longer than the patience", async () => {
  const end = deferred<void>();
  const submit = groupCommit<number, number>(
    async (items) => {
      if (items.includes(1)) await end.promise;
      return items;
    },
    { ...options, patienceMs: 1 },
  );
  const stuck = submit(1);
  await new Promise(setImmediate);
  expect(await submit(2)).toBe(2);
  end.resolve();
  expect(await stuck).toBe(1);
});

it("writes each item separately if writing them together fails, so that only the faulty one fails", async () => {
  const written: number[] = [];
  const submit = groupCommit<number, number>(async (items) => {
    if (items.includes(2)) throw new Error("no");
    written.push(...items);
    return items;
  }, options);
  const ended = await Promise.allSettled([1, 2, 3].map(submit));
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(written).toEqual([1, 3]);
});

it.each(["DATABASE_UNAVAILABLE", "DATABASE_TIMEOUT"] as const)(
  "rejects all items with %s, and does not write each separately",
  async (code) => {
    let writes = 0;
    const submit = groupCommit<number, never>(async () => {
      writes += 1;
      throw new StoreError(code, "away");
    }, options);
    const ended = await Promise.allSettled([1, 2, 3].map(submit));
    expect(ended.every((one) => one.status === "rejected" && one.reason.code === code)).toBe(true);
    expect(writes).toBe(1);
  },
);

it("writes each item separately if one takes too long, and rejects the rest once two in a row do", async () => {
  const slow = new Set([2, 4, 5]);
  const tried: (readonly number[])[] = [];
  const submit = groupCommit<number, number>(async (items) => {
    tried.push(items);
    if (items.some((item) => slow.has(item))) throw new StoreError("STATEMENT_TIMEOUT", "slow");
    return items;
  }, options);
  const ended = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(submit));
  const [done, late] = ["fulfilled", "rejected"];
  expect(ended.map(({ status }) => status)).toEqual([done, late, done, late, late, late]);
  expect(tried).toEqual([[1, 2, 3, 4, 5, 6], [1], [2], [3], [4], [5]]);
});
