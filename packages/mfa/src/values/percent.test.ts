import { describe, expect, it } from "vitest";
import { decodePercent } from "./percent.js";

describe("decodePercent", () => {
  it.each([
    ["a%2Bb", "a+b"],
    ["a+b", "a+b"],
    ["a%40b%21", "a@b!"],
    ["%C3%BC", "ü"],
    ["%c3%bc%e2%82%ac%f0%9f%94%91", "ü€🔑"],
    ["50%", "50%"],
    ["50%25", "50%"],
    ["50%2525", "50%25"],
    ["%", "%"],
    ["%%41", "%A"],
    ["%4", "%4"],
    ["%zz", "%zz"],
    ["%FC", "%FC"],
    ["%41%FF%42", "A%FFB"],
    ["%C0%80", "%C0%80"],
    ["%ED%A0%80", "%ED%A0%80"],
    ["%F4%90%80%80", "%F4%90%80%80"],
    ["%E2%82", "%E2%82"],
    ["", ""],
    ["ü %41", "ü A"],
  ])("converts %s to %s", (text, decoded) => expect(decodePercent(text)).toBe(decoded));

  it("reverses encodeURIComponent for any character", () => {
    for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 251) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const character = String.fromCodePoint(point);
      const encoded = encodeURIComponent(character);
      expect(decodePercent(encoded)).toBe(character);
    }
  });

  it("takes linear time", () => {
    const text = "%E2%82%41%f0".repeat(200_000);
    const before = process.cpuUsage();
    decodePercent(text);
    // processor time, so that other load does not count
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
