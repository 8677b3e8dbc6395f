import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { digits, randomText } from "./random.js";

describe("randomText", () => {
  it("skips the bytes that would favor some characters", () => {
    const bytes = [250, 255, 9, 10, 249, 3];
    const random = (size: number) => Uint8Array.from(bytes.splice(0, size));
    expect(randomText(random, digits, 3)).toBe("909");
  });

  it("has the requested length and alphabet", () => {
    expect(randomText(randomBytes, "01", 64)).toMatch(/^[01]{64}$/);
  });
});
