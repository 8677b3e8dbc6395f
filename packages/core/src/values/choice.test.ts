import { describe, expect, it } from "vitest";
import { choice } from "./choice.js";

describe("a choice", () => {
  const answer = choice(["ACCEPT", "REJECT"]);
  it("is exactly one of the list", () => {
    expect(answer.parse(" ACCEPT ")).toBe("ACCEPT");
    for (const raw of ["accept", "", "ACCEPT,REJECT", true, ["ACCEPT"], "toString"]) {
      expect(() => answer.parse(raw)).toThrow(/is not one of them/);
    }
    expect(answer.allowed).toBe("ACCEPT, REJECT");
  });
});
