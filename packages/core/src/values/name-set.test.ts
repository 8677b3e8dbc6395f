import { describe, expect, it } from "vitest";
import { nameSet } from "./name-set.js";

describe("a list of names", () => {
  it("is trimmed, and contains each name once", () => {
    const names = nameSet({ of: "realms" });
    expect([...names.parse(" a , b,,a,")]).toEqual(["a", "b"]);
    expect([...names.parse(["a", " b "])]).toEqual(["a", "b"]);
    expect([...names.parse([7])]).toEqual(["7"]);
    for (const raw of ["", ",", " , ", [], [""]]) expect(() => names.parse(raw)).toThrow("The list is empty.");
    for (const raw of [true, null, {}, [["a"]]]) expect(() => names.parse(raw)).toThrow(/is not a string/);
  });

  it("is limited to a fixed list of choices, but not to names that exist at present", () => {
    expect(() => nameSet({ of: "states", choices: ["a", "b"] }).parse("a,c")).toThrow('"c" is not one of them.');
    expect([...nameSet({ of: "states", choices: () => ["a"] }).parse("c")]).toEqual(["c"]);
  });
});
