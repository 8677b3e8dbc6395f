import { expect, it } from "vitest";
import { StoreError } from "../errors.js";
import { createSettler } from "./settler.js";

it("writes the other results while one cannot be written, and keeps retrying that one", async () => {
  const written: number[] = [];
  let isPoison = true;
  const settler = createSettler<number>(
    async (items) => {
      if (isPoison && items.includes(1)) throw new Error("no");
      written.push(...items);
    },
    () => undefined,
    10,
  );
  const first = settler.add(1);
  await Promise.all([2, 3].map((item) => settler.add(item)));
  await settler.add(4);
  expect(written).toEqual([2, 3, 4]);
  isPoison = false;
  await first;
  expect(written).toEqual([2, 3, 4, 1]);
});

it("retries all results together while the database is unavailable, and gives up at the end of a drain", async () => {
  const sizes: number[] = [];
  const settler = createSettler<number>(
    async (items) => {
      sizes.push(items.length);
      throw new StoreError("DATABASE_UNAVAILABLE", "away");
    },
    () => undefined,
    10,
  );
  const all = [1, 2, 3].map((item) => settler.add(item));
  await settler.drain(20);
  await Promise.all(all);
  expect(new Set(sizes)).toEqual(new Set([3]));
});

it("writes the other results while a statement of one takes too long", async () => {
  const written: number[] = [];
  let isSlow = true;
  const settler = createSettler<number>(
    async (items) => {
      if (isSlow && items.includes(1)) throw new StoreError("STATEMENT_TIMEOUT", "slow");
      written.push(...items);
    },
    () => undefined,
    10,
  );
  const first = settler.add(1);
  await Promise.all([2, 3].map((item) => settler.add(item)));
  isSlow = false;
  await first;
  expect(written).toEqual([2, 3, 1]);
});
