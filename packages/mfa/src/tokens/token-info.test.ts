import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";

describeDomain("tokeninfo", (prepared) => {
  const withToken = async () => {
    const fixture = await prepared();
    await fixture.domain.tokens.init({ type: "spass", serial: "S" });
    return fixture;
  };

  it("is set, overwritten and deleted", async () => {
    const { domain } = await withToken();
    const { tokens } = domain;
    await tokens.setInfo("S", "__proto__", "x");
    await tokens.setInfo("S", "k", "1");
    await tokens.setInfo("S", "k", "2");
    const { info } = await tokens.require("S");
    expect(Object.entries(info)).toEqual(
      expect.arrayContaining([
        ["k", "2"],
        ["__proto__", "x"],
      ]),
    );
    expect(await tokens.deleteInfo("S", "k")).toBe(true);
    expect(await tokens.deleteInfo("S", "k")).toBe(false);
    expect(await tokens.deleteInfo("S")).toBe(true);
    expect((await tokens.require("S")).info).toEqual({});
    expect(await tokens.deleteInfo("S")).toBe(false);
    await expect(tokens.setInfo("X", "k", "1")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is increased if it is a whole number", async () => {
    const { domain } = await withToken();
    const cases: [string | undefined, number, string][] = [
      [undefined, 5, "5"],
      ["", 5, "5"],
      ["2", -5, "-3"],
      ["-2", 5, "3"],
      ["+2", 1, "3"],
      ["007", 1, "8"],
      ["999999999999999", 1, "1000000000000000"],
      ["abc", 1, "abc"],
      ["1.5", 1, "1.5"],
      ["--1", 1, "--1"],
      ["1e3", 1, "1e3"],
      ["-", 1, "-"],
      [" 1", 1, " 1"],
    ];
    for (const [before, by, after] of cases) {
      await domain.tokens.deleteInfo("S", "k");
      if (before !== undefined) await domain.tokens.setInfo("S", "k", before);
      expect(await domain.tokens.increaseInfo("S", "k", by), `${before} + ${by}`).toBe(after);
      expect((await domain.tokens.require("S")).info.k).toBe(after);
    }
  });

  it("is increased only for an existing token", async () => {
    const { domain } = await withToken();
    await expect(domain.tokens.increaseInfo("X", "k", 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(domain.tokens.changeFailCount("X", 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await domain.tokens.changeFailCount("S", -2)).toBe(-2);
  });
});
