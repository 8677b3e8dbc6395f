import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { runProcess } from "../../test/processes/run-process.js";

describeDomain("tokeninfo", (prepared) => {
  it("loses none of 100 increments by four processes", async () => {
    const { domain, url } = await prepared();
    await domain.tokens.init({ type: "spass", serial: "S" });
    await Promise.all([1, 2, 3, 4].map(() => runProcess("increase.ts", url, "S", "25")));
    expect(await domain.tokens.require("S")).toMatchObject({ failCount: 100, info: { k: "100" } });
  });
});
