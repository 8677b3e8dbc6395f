import { describe, expect, it } from "vitest";
import { killDuringReplace } from "./kill-replace.js";

/** Before, during and after the transaction in most cases; `pnpm kills` uses random moments. */
const moments = [0.3, 0.6, 0.9];

describe.each(["sqlite", "postgres"] as const)("%s", (database) => {
  it("a server that is killed while it replaces bindings has either the old or the new ones", async ({ skip }) => {
    const report = await killDuringReplace({
      database,
      rounds: moments.length,
      moment: (round) => moments[round] ?? 1,
    });
    if ("skip" in report) return skip(report.skip);
    expect(report.mixed).toEqual([]);
    expect(report.old + report.new).toBe(moments.length);
  });
});
