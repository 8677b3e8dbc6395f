import { describe, expect, it } from "vitest";
import { parseInstant } from "./instant.js";

describe("parseInstant", () => {
  it.each([
    ["2026-03-15", "2026-03-15T00:00:00.000Z"],
    ["2026-03-15 12:00:01.5", "2026-03-15T12:00:01.000Z"],
    ["2026-03-15T12:00Z", "2026-03-15T12:00:00.000Z"],
    ["2026-03-15T12:00+0200", "2026-03-15T10:00:00.000Z"],
    ["2026-03-15T12:00:00-05:30", "2026-03-15T17:30:00.000Z"],
  ])("reads %s", (text, expected) => {
    expect(parseInstant(text)?.toISOString()).toBe(expected);
  });

  it.each(["", "12:00", "Monday", "2026-02-31", "2026-13-01", "2026-03-15T25:00", "2026-03-15T12:00+9900"])(
    "refuses %j",
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );
});
