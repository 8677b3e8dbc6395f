import { describe, expect, it } from "vitest";
import { visibleTurns } from "./visible-turns.ts";

describe("visibleTurns", () => {
  it.each([
    ["invoice\u202Efdp.exe", "invoice‹U+202E›fdp.exe"],
    ["\u2066a\u2069 \u202Ab\u202C", "‹U+2066›a‹U+2069› ‹U+202A›b‹U+202C›"],
    ["שלום, عربي 👩‍🚀", "שלום, عربي 👩‍🚀"],
  ])("shows %j as %j", (text, shown) => {
    expect(visibleTurns(text)).toBe(shown);
    // responses are changed before they are parsed as JSON
    expect(JSON.parse(visibleTurns(JSON.stringify({ text })))).toEqual({ text: shown });
  });
});
