import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyComparison } from "./key-comparison.js";

const clock = { now: new Date("2026-03-15T12:00:00Z") };

/** Whether a field with the text `actual` fulfils what stands behind the name of the field. */
const asked = (comparison: string, actual: string) => keyComparison().parse(`field ${comparison}`).test(actual, clock);

const orders = ["==", "!=", "<", ">", "<=", ">="] as const;

/** What an operator says of an order. */
function ordered(operator: (typeof orders)[number], order: number): boolean {
  return { "==": order === 0, "!=": order !== 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0 }[
    operator
  ];
}

describe("a comparison of a field", () => {
  it("orders two numbers as numbers", () => {
    const number = fc.oneof(
      fc.integer(),
      fc.integer({ min: -500, max: 500 }).map((value) => value / 4),
    );
    fc.assert(
      fc.property(fc.constantFrom(...orders), number, number, (operator, a, b) => {
        expect(asked(`${operator} ${b}`, String(a))).toBe(ordered(operator, a - b));
      }),
    );
    expect(asked("== 05", "5")).toBe(true);
    expect(asked("== 5", "+5.0")).toBe(true);
    expect(asked("> 9", "10")).toBe(true);
  });

  it("tells long integers apart that are the same floating-point number", () => {
    expect(asked("== 12345678901234567891", "12345678901234567890")).toBe(false);
    expect(asked("> +12345678901234567890", "12345678901234567891")).toBe(true);
    expect(asked("< -12345678901234567890", "-12345678901234567891")).toBe(true);
  });

  it("orders anything else by code point", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "Z", "\u{ffff}", "\u{10000}", "\u{1f600}"),
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.constantFrom(...orders), text, text, (operator, a, b) => {
        const byCodePoint = Buffer.compare(Buffer.from(utf32(a)), Buffer.from(utf32(b)));
        expect(asked(`${operator} ${b}`, a)).toBe(ordered(operator, byCodePoint));
      }),
    );
    expect(asked("< 5", "abc")).toBe(false);
    expect(asked("== ABC", "abc")).toBe(false);
  });

  it("orders two ISO 8601 dates as instants", () => {
    expect(asked("== 2026-03-20T10:00:00Z", "2026-03-20 10:00:00")).toBe(true);
    expect(asked("> 2026-03-20T11:00+0200", "2026-03-20T10:00Z")).toBe(true);
    expect(asked("== 2026-03-10", "2026-03-10T00:00+0000")).toBe(true);
    expect(asked("< 2026-03-10", "2026-3-9")).toBe(false);
  });

  it("splits at the first operator, and keeps later ones as text", () => {
    expect(keyComparison().parse(" url == https://x/?a=b>c ")).toMatchObject({ key: "url" });
    expect(asked("== https://x/?a=b>c", "https://x/?a=b>c")).toBe(true);
    expect(asked("== 'abc'", "abc")).toBe(false);
    expect(asked("== 'abc'", "'abc'")).toBe(true);
  });

  it.each([
    ["=", "==", "5"],
    ["'equals'", "==", "5"],
    ["'!equals'", "!=", "5"],
    ["'<'", "<", "5"],
    ["'>'", ">", "5"],
    ["=<", "<=", "5"],
    ["=>", ">=", "5"],
  ])("takes %s for %s", (spelling, operator, operand) => {
    for (const actual of ["4", "5", "6"]) {
      expect(asked(`${spelling}${operand}`, actual)).toBe(asked(`${operator}${operand}`, actual));
    }
  });
});

describe("words", () => {
  it("'matches' the whole text", () => {
    expect(asked("'matches' ab|abc", "abc")).toBe(true);
    expect(asked("'matches' ab", "abc")).toBe(false);
    expect(asked("'!matches' ab", "abc")).toBe(true);
  });

  it("'in' a list whose entries may be quoted", () => {
    expect(asked("'in' a, b ,c", "b")).toBe(true);
    expect(asked(`'in' "a, b",c`, "a, b")).toBe(true);
    expect(asked(`'in' "a, b",c`, "a")).toBe(false);
    expect(asked(`'in' "say ""hi""" , x`, 'say "hi"')).toBe(true);
    expect(asked(`'in' "",x`, "")).toBe(true);
    expect(asked("'in' x,,y", "")).toBe(false);
    expect(asked("'!in' a,b", "c")).toBe(true);
  });

  it("'string_contains' ignoring case", () => {
    expect(asked("'string_contains' EXAMPLE", "a@example.com")).toBe(true);
    expect(asked("'!string_contains' EXAMPLE", "a@example.com")).toBe(false);
  });

  it("'date_before' and 'date_after', of which neither is true of what is no date", () => {
    expect(asked("'date_before' {now}", "2026-03-15T11:59Z")).toBe(true);
    expect(asked("'!date_before' {now}", "2026-03-15T12:00Z")).toBe(true);
    expect(asked("'date_after' 2026-03-15", "2026-03-15T11:59Z")).toBe(true);
    expect(asked("'date_after' {now}-1m", "2026-03-15T11:59Z")).toBe(false);
    for (const operator of ["date_before", "!date_before", "date_after", "!date_after"]) {
      expect(asked(`'${operator}' {now}`, "yesterday")).toBe(false);
    }
  });

  it("'date_within_last' a duration, but not in the future", () => {
    expect(asked("'date_within_last' 3h", "2026-03-15T10:00Z")).toBe(true);
    expect(asked("'date_within_last' 1h", "2026-03-15T10:00Z")).toBe(false);
    expect(asked("'!date_within_last' 1h", "2026-03-15T10:00Z")).toBe(true);
    expect(asked("'date_within_last' 1h", "2026-03-15T12:30Z")).toBe(false);
    expect(asked("'!date_within_last' 1h", "never")).toBe(false);
  });
});

describe("{now}", () => {
  it.each([
    ["> {now}+10d", "2026-03-25T12:01Z", true],
    ["> {now}+10d", "2026-03-25T11:59Z", false],
    ["< {now}-5h", "2026-03-15T06:59Z", true],
    ["< {current_time}-90s", "2026-03-15T11:58:29Z", true],
    ["== {now}", "2026-03-15T12:00:00Z", true],
    ["> {now}+30m", "2026-03-15T13:00+0100", false],
  ])("%s of %s is %s", (comparison, actual, answer) => expect(asked(comparison, actual)).toBe(answer));

  it("with anything else behind it is a text with the time in it", () => {
    expect(asked("== {now} - 7d", "2026-03-15T12:00+0000 - 7d")).toBe(true);
    expect(asked("== {now}+1y", "2026-03-15T12:00+0000+1y")).toBe(true);
    expect(asked("== at {now}-1h", "at 2026-03-15T11:00+0000")).toBe(true);
    expect(asked("== {now}", "today")).toBe(false);
  });

  it("is the only tag", () => {
    expect(asked("== {x}", "{x}")).toBe(true);
    expect(asked("== {{x}}", "{x}")).toBe(false);
    expect(asked("== {NOW}", "{NOW}")).toBe(true);
  });
});

describe("refused", () => {
  it.each([
    ["", "has no operator"],
    ["field", "has no operator"],
    ["== 5", "names no field"],
    ["field ==", "has no value"],
    ["field 'contains' x", `"'contains'" is not an operator`],
    ["field 'contains' a=b", `"'contains'" is not an operator`],
    ["field 'matches' (?=a)", "Look-around"],
    ["field 'matches' [", "wrong at"],
    ["field 'in' ,", "list behind 'in' is empty"],
    ["field 'date_before' tomorrow", "is not a date"],
    ["field 'date_before' {now} - 7d", "is not a date"],
    ["field 'date_within_last' 2w", "is not a duration"],
    [["field == 5"], "has no operator"],
    [5, "has no operator"],
  ])("%j: %s", (raw, message) => expect(() => keyComparison().parse(raw)).toThrow(message));
});

function utf32(text: string): Uint8Array {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  return Uint8Array.from(points.flatMap((point) => [point >>> 16, (point >>> 8) & 255, point & 255]));
}
