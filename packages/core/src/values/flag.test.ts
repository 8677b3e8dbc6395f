import { describe, expect, it } from "vitest";
import { flag, readFlag } from "./flag.js";

describe("flag", () => {
  it.each(["True", "true", "TRUE", "1", " True ", 1, true])("parses %j as true", (raw) =>
    expect(flag().parse(raw)).toBe(true),
  );
  it.each(["False", "false", "FALSE", "0", " 0 ", 0, false])("parses %j as false", (raw) => {
    expect(flag().parse(raw)).toBe(false);
  });
  it.each(["", "no", "yes", "tRUE", "on", 2, -1, null, undefined, [], {}, "constructor"])("refuses %j", (raw) => {
    expect(() => flag().parse(raw)).toThrow(/is not a boolean/);
  });

  it("reads values that are not booleans as undefined, in a response", () => {
    expect([readFlag("1"), readFlag(0), readFlag("yes"), readFlag({}), readFlag(null)]).toEqual([
      true,
      false,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
