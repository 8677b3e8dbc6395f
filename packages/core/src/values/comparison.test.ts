import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparison, counterComparison, fulfils } from "./comparison.js";

const asked = (raw: unknown, actual: number) => fulfils(comparison().parse(raw), actual);

/** The meaning of each spelling of an operator. */
const operators: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "": (a, b) => a === b,
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "'equals'": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "'!equals'": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "'<'": (a, b) => a < b,
  ">": (a, b) => a > b,
  "'>'": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  "=<": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "=>": (a, b) => a >= b,
};

describe("a comparison with an integer", () => {
  it("has the meaning of its operator, with any spaces around it", () => {
    const blanks = fc.constantFrom("", " ", "  ");
    const integer = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger());
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(operators)),
        integer,
        integer,
        blanks,
        blanks,
        (operator, a, b, c, d) => {
          expect(asked(`${c}${operator}${d}${b}${c}`, a)).toBe(operators[operator]?.(a, b));
        },
      ),
    );
  });

  it("treats a JSON number as a comparison for equality", () => {
    expect(asked(3, 3)).toBe(true);
    expect(asked(3, 4)).toBe(false);
  });

  it.each([
    "",
    "abc",
    "100.0",
    1.5,
    "> ",
    ">> 5",
    "> 5 6",
    "5 >",
    "x > 5",
    "'in' 5",
    "'contains' 5",
    "9007199254740993",
  ])("refuses %j", (raw) => expect(() => comparison().parse(raw)).toThrow(/is not a comparison with an integer/));

  it.each([null, undefined, true, [5], { $gt: 5 }])("refuses %j, which is not a string", (raw) =>
    expect(() => comparison().parse(raw)).toThrow(/is not a string/),
  );

  it("reports what is allowed, and shows at most 100 characters of the value", () => {
    const failure = failureOf(() => comparison().parse("x".repeat(10_000)));
    expect(failure).toMatchObject({ code: "VALUE_INVALID", allowed: expect.stringContaining(">100") });
    expect(failure.message.length).toBeLessThan(200);
  });
});

describe("a comparison of a counter", () => {
  it("splits name, operator and integer at the first operator", () => {
    expect(counterComparison().parse(" c sp ace >= -3 ")).toEqual({ key: "c sp ace", operator: ">=", operand: -3 });
    expect(counterComparison().parse("c'<'5")).toEqual({ key: "c", operator: "<", operand: 5 });
  });

  it.each(["", "c", "c >", "> 5", "c == ten", "c > 9.5", "c 'in' 9,10", "c 'matches' 9"])("refuses %j", (raw) =>
    expect(() => counterComparison().parse(raw)).toThrow(/is not a comparison with an integer|has no counter name/),
  );
});

function failureOf(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not throw");
}
