import { describe, expect, it } from "vitest";
import { likePattern, wildcard } from "./wildcard.js";

describe("wildcard", () => {
  it.each([
    ["Alice", "alice", true],
    ["alice", "alice2", false],
    ["*", "", true],
    ["a*", "Alice", true],
    ["*e", "alice", true],
    ["a*e", "ae", true],
    ["ab*ba", "aba", false],
    ["*li*ce*", "alice", true],
    ["a*c*c", "ac", false],
    ["a*b*c", "acb", false],
    ["", "", true],
    ["", "a", false],
  ])("%j matches %j: %s", (pattern, text, fits) => {
    expect(wildcard(pattern)(text)).toBe(fits);
  });

  it("escapes characters that have a meaning in SQL", () => {
    expect(likePattern("A_%\\*")).toBe("A\\_\\%\\\\%");
  });
});
