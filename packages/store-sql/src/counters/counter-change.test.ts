import { describe, expect, it } from "vitest";
import {
  adding,
  type CounterChange,
  inOrder,
  largestCount,
  resetting,
  takingToZero,
  valueAfter,
} from "./counter-change.js";

const kinds = [adding(3), adding(-2), takingToZero(1), takingToZero(4), resetting];

/** Returns all sequences of that many changes. */
function sequences(length: number): readonly (readonly CounterChange[])[] {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((before) => kinds.map((kind) => [...before, kind]));
}

describe("changes of a counter", () => {
  it("can be combined into one with the same effect", () => {
    for (const value of [-5, -1, 0, 1, 5]) {
      for (const changes of [1, 2, 3, 4].flatMap(sequences)) {
        const oneByOne = changes.reduce((sum, one) => valueAfter(one, "c", sum), value);
        const [first = resetting, ...rest] = changes;
        const combined = valueAfter(rest.reduce(inOrder, first), "c", value);
        if (combined !== oneByOne)
          expect({ value, changes, result: combined }).toEqual({ value, changes, result: oneByOne });
      }
    }
  });

  it("are refused beyond the range of a counter, alone and combined", () => {
    expect(valueAfter(adding(1), "c", largestCount - 1)).toBe(largestCount);
    expect(() => valueAfter(adding(1), "c", largestCount)).toThrow(/"c" is 9007199254740991/);
    expect(() => valueAfter(adding(-1), "c", -largestCount)).toThrow(
      expect.objectContaining({ code: "COUNTER_OUT_OF_RANGE" }),
    );
    expect(inOrder(adding(largestCount), adding(largestCount)).by).toBe(largestCount);
    expect(() => adding(0.5)).toThrow(expect.objectContaining({ code: "PARAMETER_INVALID" }));
  });
});
