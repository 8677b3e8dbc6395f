import Libsql from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { sqliteLiteral } from "./sqlite-literal.js";

function read(): (text: string) => unknown {
  const database = new Libsql(":memory:");
  onTestFinished(() => {
    database.close();
  });
  return (text) => Object.values(database.prepare(`select ${text} as value`).get([]) as object)[0];
}

it("writes text that SQLite reads as the same text", () => {
  const value = read();
  const texts = [
    "",
    "'",
    "''",
    "' or 1 = 1; drop table bookend_audit; --",
    "\\'",
    '"',
    "`",
    "a\nb\r\t",
    "?1 :a @b $c",
    "é 日本 😀",
    "\u2028",
  ];
  for (const text of texts) expect(value(sqliteLiteral(text))).toBe(text);
  const all = String.fromCharCode(...Array.from({ length: 0xd7ff }, (_, index) => index + 1));
  expect(value(sqliteLiteral(all))).toBe(all);
});

it("writes numbers that SQLite reads as the same numbers", () => {
  const value = read();
  for (const number of [0, -1, 1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    expect(value(sqliteLiteral(number))).toBe(number);
  }
  expect(value(sqliteLiteral(12n))).toBe(12);
  // durations in milliseconds, in whole microseconds
  const durations = Array.from({ length: 2_000 }, (_, index) => Math.round(1.0123 ** index * 1.7) / 1000);
  for (const duration of [...durations, 0.001, 0.123, 123_456.789, 1e12 + 0.007, -0.5]) {
    expect(value(sqliteLiteral(duration))).toBe(duration);
  }
});

it("writes null for nothing", () => {
  expect([null, undefined].map(sqliteLiteral)).toEqual(["null", "null"]);
});

it("refuses what SQLite would read as something else", () => {
  for (const refused of ["a\0b", Number.NaN, Infinity, 0.1234, 1e300, true, {}, [], new Date(), 2n ** 63n]) {
    expect(() => sqliteLiteral(refused)).toThrow(expect.objectContaining({ code: "PARAMETER_INVALID" }));
  }
});
