import { expect, test } from "vitest";
import { keyComparison } from "./key-comparison.js";
import { isMailAddress } from "./mail-address.js";

const clock = { now: new Date("2026-03-15T12:00:00Z") };

/** Returns `refused`, `unknown`, or whether a field fulfills the comparison. */
function answer(comparison: string, field: string): string {
  try {
    const wanted = keyComparison().parse(comparison);
    return wanted.canCompare(field) ? String(wanted.test(field, clock)) : "unknown";
  } catch {
    return "refused";
  }
}

test.each([
  ["a < {now}", "2026-03-15T12:59+0100", "true"],
  ["a < {now}", "2026-03-15T11:00-0200", "false"],
  ["a < {now}", "2026-02-30", "unknown"],
  ["a < {now}", "2026-03", "unknown"],
  ["a < {now}", "20260301", "unknown"],
  ["a < {now}", "1700000000", "unknown"],
  // the comparison is trimmed, not the field
  ["a < {now}", " 2020-01-01 ", "unknown"],
  ["a != {now}", "soon", "unknown"],
  ["a == {now}", "2026-03-15 12:00:00.000000+00:00", "true"],
  ["a < {now} + 0d", "2026-03-15", "true"],
  ["a > {Current_Time}   -   1H", "2026-03-15T11:30Z", "true"],
  ["a < {now}-1y", "2025-03-15", "true"],
  ["a < {now}-1", "2020-01-01", "refused"],
  ["a < {now}- d", "2020-01-01", "refused"],
  ["a < {now}-1d-1h", "2020-01-01", "refused"],
  ["a < {nowhere}", "2020-01-01", "refused"],
  // a tag inside a value is still a tag
  ["a == x{now}", "x{now}", "false"],
  ["a == ", "", "true"],
  ["a == ", "x", "false"],
  ["a != ", "x", "true"],
  ["a 'equals' ", "", "true"],
  ["== x", "x", "refused"],
  ["a", "x", "refused"],
  ["a == 1 or b == 2", "1", "refused"],
  ["a > 1 and a < 5", "3", "refused"],
  ["a == https://x?b=c", "https://x?b=c", "true"],
  ["a == 1e3", "1000", "false"],
  ["a == -0", "0", "true"],
  ["a == 0x10", "16", "false"],
  ["a => 5", "5", "true"],
  ["a =< 5", "6", "false"],
  ["a 'in' \"x,y\",z", "x,y", "true"],
  ["a '!in' x,y", "z", "true"],
  ["a 'string_contains' ÄB", "xäby", "true"],
  ["a 'matches' b|c", "bc", "false"],
  ["a 'date_within_last' 1d", "2026-03-14T11:59Z", "false"],
])("%j with the field %j: %s", (comparison, field, right) => {
  expect(answer(comparison, field)).toBe(right);
});

test.each([
  ["jürgen@example.org", true],
  ["a@bücher.example", true],
  ["a@b@c.example", false],
  ["a b@example.org", false],
])("%s is a mail address: %s", (address, right) => {
  expect(isMailAddress(address)).toBe(right);
});
