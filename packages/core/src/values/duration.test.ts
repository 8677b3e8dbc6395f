import { describe, expect, it } from "vitest";
import { duration, readDuration } from "./duration.js";

describe("the duration type", () => {
  it.each([
    ["30s", 30_000],
    ["10m", 600_000],
    ["7h", 25_200_000],
    ["180d", 15_552_000_000],
    ["1y", 31_536_000_000],
    [" 2h ", 7_200_000],
    ["5 d", 432_000_000],
    ["+5d", 432_000_000],
    ["0s", 0],
  ])("parses %j as %d ms", (raw, milliseconds) => expect(duration().parse(raw)).toBe(milliseconds));

  it.each(["", "5", "d", "-5d", "5D", "2w", "1.5d", "5d5h", "1e3d", "9999999999d", 5, null, ["5d"]])(
    "refuses %j",
    (raw) => {
      expect(() => duration().parse(raw)).toThrow(/is not a duration/);
      if (typeof raw === "string") expect(readDuration(raw)).toBeUndefined();
    },
  );

  it("has bounds, which `allowed` describes", () => {
    const bounded = duration({ min: "1s", max: "1y" });
    expect([bounded.parse("1s"), bounded.parse("365d")]).toEqual([1_000, 31_536_000_000]);
    expect(() => bounded.parse("0m")).toThrow(/"0m" is too short/);
    expect(() => bounded.parse("366d")).toThrow(/"366d" is too long/);
    expect(bounded.allowed).toMatch(/, from 1s to 1y$/);
    expect(duration({ max: "2h" }).allowed).toMatch(/, to 2h$/);
    expect(() => duration({ max: "soon" })).toThrow(RangeError);
  });
});
