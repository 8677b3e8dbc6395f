import { describe, expect, it } from "vitest";
import { text } from "./text.js";

describe("a string", () => {
  it("is trimmed, and must not be empty unless the empty string has a meaning", () => {
    expect(text({ allowed: "a type" }).parse(" generic ")).toBe("generic");
    expect(() => text({ allowed: "a type" }).parse(" ")).toThrow("The value is empty.");
    expect(text({ allowed: "a state", whenEmpty: "enrolled" }).parse("")).toBe("enrolled");
  });
});
