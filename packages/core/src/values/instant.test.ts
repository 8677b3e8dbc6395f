import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, readInstant } from "./instant.js";

const anyDate = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

describe("reading an instant", () => {
  it("agrees with Date on strings that Date writes", () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(readInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it("agrees with Date on fractions of a second", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,3}$/), (fraction) => {
        const text = `2026-03-14T12:00:00.${fraction}Z`;
        expect(readInstant(text)).toBe(Date.parse(text));
      }),
    );
  });

  it("agrees with Date on offsets", () => {
    const two = (value: number) => String(value).padStart(2, "0");
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1000-01-01"), max: new Date("9000-01-01"), noInvalidDate: true }),
        fc.constantFrom("+", "-"),
        fc.nat(23),
        fc.nat(59),
        fc.constantFrom(":", ""),
        (date, sign, hours, minutes, colon) => {
          const local = date.toISOString().slice(0, 19);
          const wanted = Date.parse(`${local}${sign}${two(hours)}:${two(minutes)}`);
          expect(readInstant(`${local}${sign}${two(hours)}${colon}${two(minutes)}`)).toBe(wanted);
        },
      ),
    );
  });

  it("refuses days that do not exist, as Date does", () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(13), fc.nat(32), (year, month, day) => {
        const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
        const date = new Date(`${text}T00:00:00Z`);
        // Date treats 31 February as a day in March
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(readInstant(text)).toBe(exists ? date.getTime() : undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["2020-01-01", "2020-01-01T00:00:00.000Z"],
    ["2020-01-01T00:00+0000", "2020-01-01T00:00:00.000Z"],
    ["2017-10-12T10:00+0200", "2017-10-12T08:00:00.000Z"],
    ["2017-10-12T10:00+02", "2017-10-12T08:00:00.000Z"],
    ["2017-10-12T10:00", "2017-10-12T10:00:00.000Z"],
    ["2026-03-10 10:00:00", "2026-03-10T10:00:00.000Z"],
    ["2026-03-10 10:00:00-05:30", "2026-03-10T15:30:00.000Z"],
    ["2026-03-14 12:00:00.250000+0000", "2026-03-14T12:00:00.250Z"],
    ["2026-03-14T12:00:00,5Z", "2026-03-14T12:00:00.500Z"],
  ])("%s is %s", (text, instant) => expect(readInstant(text)).toBe(Date.parse(instant)));

  it("keeps microseconds", () => {
    const [first, second] = ["2026-03-14 12:00:00.000001", "2026-03-14 12:00:00.000002"].map(readInstant);
    expect(second).toBeGreaterThan(first as number);
  });

  it.each([
    "",
    "Mon",
    "10:00",
    "2026",
    "2026-03",
    "20260310",
    "10.03.2026",
    "2026-3-10",
    "2026-03-10T",
    "2026-03-10T10",
    "2026-03-10T1000",
    "2026-03-10t10:00",
    "2026-03-10  10:00",
    "2026-03-10T24:00",
    "2026-03-10T10:60",
    "2026-03-10T10:00:60",
    "2026-03-10T10:00:00.",
    "2026-03-10T10:00+24:00",
    "2026-03-10T10:00+02:60",
    "2026-03-10T10:00 +0200",
    "2026-03-10+0200",
    "2026-02-29",
    "1900-02-29",
    " 2026-03-10",
    "2026-03-10\n",
    "+002026-03-10",
    "2026-W11-2",
  ])("refuses %j", (text) => expect(readInstant(text)).toBeUndefined());
});

describe("writing an instant", () => {
  it("returns a string that can be read again, with a precision of one minute", () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(readInstant(formatInstant(date.getTime()))).toBe(Math.floor(date.getTime() / 60_000) * 60_000);
      }),
    );
    expect(formatInstant(Date.parse("2026-03-15T12:00:30Z"))).toBe("2026-03-15T12:00+0000");
  });

  it("returns an empty string for a time that no date can represent", () => {
    expect(formatInstant(1e300)).toBe("");
  });
});
