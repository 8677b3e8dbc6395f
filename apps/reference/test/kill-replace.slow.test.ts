import { describe, expect, it } from "vitest";
import { killDuringReplace } from "./kill-replace.js";

/**
 * When the server is killed in each round, as fractions of a replacement: usually before, during and after its
 * transaction. `pnpm kills` uses random ones.
 */
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
