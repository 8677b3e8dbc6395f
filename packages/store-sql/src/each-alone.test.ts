import { expect, it } from "vitest";
import { eachAlone } from "./each-alone.js";
import { StoreError, type StoreErrorCode } from "./errors.js";

const errors = (...codes: readonly (StoreErrorCode | undefined)[]) =>
  codes.map((code) => (code === undefined ? undefined : new StoreError(code, "")));

it.each([
  [
    "tries all of them if some fail for reasons of their own",
    errors("CONSTRAINT_VIOLATED", undefined, "COUNTER_OUT_OF_RANGE"),
    3,
  ],
  ["ends at once if the database is unavailable", errors(undefined, "DATABASE_UNAVAILABLE", undefined), 2],
  ["ends at once if no connection becomes free", errors("DATABASE_TIMEOUT", undefined), 1],
  [
    "continues after one that takes too long",
    errors("STATEMENT_TIMEOUT", undefined, "TRANSACTION_TIMEOUT", undefined),
    4,
  ],
  [
    "ends after two in a row that take too long",
    errors(undefined, "STATEMENT_TIMEOUT", "TRANSACTION_TIMEOUT", undefined),
    3,
  ],
])("writing items one by one %s", async (_, ends, count) => {
  const tried: unknown[] = [];
  const { untried, error } = await eachAlone(ends, async (end) => {
    tried.push(end);
    return end;
  });
  expect(tried).toEqual(ends.slice(0, count));
  expect(untried).toEqual(ends.slice(count));
  expect(error).toBe(count === ends.length ? undefined : ends[count - 1]);
});
